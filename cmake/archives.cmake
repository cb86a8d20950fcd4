# The program linked with archives (docs/decisions/0007-program-of-archives.md): libraries of which a program uses a
# twentieth cost a short run more than its computing. Every needed library that has an archive beside it is taken from there,
# what else the archives call from wherever it is found; if that does not link, the program is linked as everything else.
#
# Out: leyden_archives, an interface library, where it links.
include(CheckCSourceCompiles)

function(leyden_find_archives)
  find_library(YAML_LIBRARY yaml HINTS ${YAML_LIBRARY_DIRS})
  find_library(NLOPT_LIBRARY nlopt HINTS ${NLOPT_LIBRARY_DIRS})
  find_library(ARPACK_LIBRARY arpack HINTS ${ARPACK_LIBRARY_DIRS})
  find_library(HDF5_LIBRARY NAMES hdf5 hdf5_serial HINTS ${HDF5_LIBRARY_DIRS} NO_DEFAULT_PATH)
  set(wanted ${HDF5_HL_LIBRARY} ${HDF5_LIBRARY} ${YAML_LIBRARY} ${NLOPT_LIBRARY} ${KLU_LIBRARY} ${ARPACK_LIBRARY}
    ${LAPACKE_LIBRARY} ${LAPACK_LIBRARY} ${BLAS_LIBRARY})
  # What these archives stand on: compression of HDF5, orderings of KLU, the matrices with which LAPACKE tests.
  foreach(name sz aec z amd colamd btf suitesparseconfig tmglib)
    find_library(LEYDEN_BELOW_${name} ${name})
    mark_as_advanced(LEYDEN_BELOW_${name})
    if(LEYDEN_BELOW_${name})
      list(APPEND wanted ${LEYDEN_BELOW_${name}})
    endif()
  endforeach()
  mark_as_advanced(YAML_LIBRARY NLOPT_LIBRARY ARPACK_LIBRARY HDF5_LIBRARY)
  set(taken)
  set(beside 0)
  foreach(library ${wanted})
    string(REGEX REPLACE "\\.so$" ".a" archive "${library}")
    if(EXISTS "${archive}")
      list(APPEND taken "${archive}")
      math(EXPR beside "${beside} + 1")
    else()
      list(APPEND taken "${library}")
    endif()
  endforeach()
  # Fortran's own library: beside the compiler with gfortran, otherwise the one that every Fortran library loads.
  foreach(name gfortran quadmath)
    execute_process(COMMAND ${CMAKE_C_COMPILER} -print-file-name=lib${name}.a OUTPUT_VARIABLE archive
      OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
    if(IS_ABSOLUTE "${archive}" AND EXISTS "${archive}")
      list(APPEND taken "${archive}")
    else()
      find_library(LEYDEN_BELOW_${name} NAMES ${name} lib${name}.so.5 lib${name}.so.0)
      mark_as_advanced(LEYDEN_BELOW_${name})
      if(LEYDEN_BELOW_${name})
        list(APPEND taken "${LEYDEN_BELOW_${name}}")
      endif()
    endif()
  endforeach()
  set(libraries -Wl,--start-group ${taken} -Wl,--end-group Threads::Threads ${CMAKE_DL_LIBS} m)
  set(CMAKE_REQUIRED_QUIET ON)
  set(CMAKE_REQUIRED_LIBRARIES -static-libgcc ${libraries})
  check_c_source_compiles("
    int H5Fcreate(), H5DSattach_scale(), yaml_parser_load(), nlopt_optimize(), klu_factor(), dnaupd_c(),
      LAPACKE_zheevr(), cblas_dgemm();
    int main(int n, char **words) {
      (void)words;
      return n < 9 ? 0 : H5Fcreate() + H5DSattach_scale() + yaml_parser_load() + nlopt_optimize() + klu_factor() +
        dnaupd_c() + LAPACKE_zheevr() + cblas_dgemm();
    }" LEYDEN_ARCHIVES_LINK)
  list(LENGTH wanted all)
  if(LEYDEN_ARCHIVES_LINK)
    add_library(leyden_archives INTERFACE)
    target_link_libraries(leyden_archives INTERFACE ${libraries})
    # Asked for where they are (linalg/turns.c): such references take nothing out of an archive by themselves.
    target_link_options(leyden_archives INTERFACE -static-libgcc LINKER:--undefined=openblas_get_parallel
      LINKER:--undefined=openblas_set_num_threads)
    message(STATUS "Program: ${beside} of ${all} libraries from archives")
  else()
    message(STATUS "Program: linked with shared libraries, the archives found do not link by themselves")
  endif()
endfunction()
