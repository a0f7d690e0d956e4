// Replaces the JIT compiler in a static archive of PCRE2, which hale never calls: a quarter of a megabyte. Debian's archive
// has it in one object file together with the functions below, which the rest of PCRE2 refers to. Defined here, they keep
// the linker from reading that file. cmake/static.cmake checks that the archive needs these functions and no others.

extern "C" {
// No pattern is ever compiled by the JIT compiler, so most of these are never called.
int pcre2_jit_match_8() { return -45; }  // PCRE2_ERROR_JIT_BADOPTION
void _pcre2_jit_free_8() {}
void _pcre2_jit_free_rodata_8() {}
unsigned long _pcre2_jit_get_size_8() { return 0; }
const char* _pcre2_jit_get_target_8() { return "JIT is not supported"; }
int _pcre2_jit_check_exec_8() { return 0; }
}
