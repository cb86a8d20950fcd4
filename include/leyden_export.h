/* Visibility of the public interface, and the warning for an ignored status. */
#ifndef LEYDEN_EXPORT_H
#define LEYDEN_EXPORT_H

#if defined(__GNUC__)
#define LEY_API      __attribute__((visibility("default")))
#define LEY_FALLIBLE __attribute__((visibility("default"), warn_unused_result))
#else
#define LEY_API
#define LEY_FALLIBLE
#endif

#endif
