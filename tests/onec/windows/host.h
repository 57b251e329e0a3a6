/* A host on Windows: what its checks (checks.c) need, once by tables written out (tables.c), once as Microsoft's C++ lays
 * its objects out and calls them (msvc.cpp). Neither side includes the other's idea of an object.
 */
#ifndef HOST_H
#define HOST_H

#ifdef __cplusplus
typedef char16_t unit;
extern "C" {
#else
typedef unsigned short unit; /* of UTF-16 */
#endif

struct text {
    unit *pointer;
    unsigned length;
};

struct bytes {
    char *pointer;
    unsigned length;
};

struct variant {
    union {
        int integer;
        double number;
        struct text text;
        struct bytes bytes;
        int time[9];
    } value;
    unsigned element_size;
    unsigned short kind;
};

/* What the platform lends an object; both end in the functions below, which platform.c has. */
void *host_memory(void);
void *host_connection(void);

int lend(void **memory, unsigned long bytes);
void take_back(void **memory);
void hear(unsigned short level, const unit *source, const unit *text, long code);

int object_init(void *object, void *connection);
int object_set_memory(void *object, void *memory);
long object_info(void *object);
void object_done(void *object);
int object_register_as(void *object, unit **name);
long object_properties(void *object);
long object_find_property(void *object, const unit *name);
int object_get_property(void *object, long property, struct variant *value);
long object_methods(void *object);
long object_find_method(void *object, const unit *name);
const unit *object_method_name(void *object, long method, long language);
long object_parameters(void *object, long method);
int object_default_value(void *object, long method, long parameter, struct variant *value);
int object_has_result(void *object, long method);
int object_call_procedure(void *object, long method, struct variant *arguments, long count);
int object_call_function(void *object, long method, struct variant *result, struct variant *arguments, long count);
void object_set_locale(void *object, const unit *locale);
void object_set_language(void *object, const unit *code);
/* As C++ deletes it through its first, second, third, or fourth base, or, by 4, as what it is. */
void object_delete(void *object, int base);

#ifdef __cplusplus
}
#endif

#endif
