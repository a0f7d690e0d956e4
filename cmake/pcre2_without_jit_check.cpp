// Uses the functions of PCRE2 that hale uses: see pcre2_without_jit.cpp.
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

int main() {
  const auto* text = reinterpret_cast<PCRE2_SPTR>("a");
  int error = 0;
  PCRE2_SIZE offset = 0;
  pcre2_code* pattern = pcre2_compile(text, 1, 0, &error, &offset, nullptr);
  pcre2_match_context* context = pcre2_match_context_create(nullptr);
  pcre2_set_match_limit(context, 1000);
  pcre2_set_heap_limit(context, 1000);
  pcre2_match_data* data = pcre2_match_data_create_from_pattern(pattern, nullptr);
  const int count = pcre2_match(pattern, text, 1, 0, 0, data, context);
  PCRE2_UCHAR version[64];
  pcre2_config(PCRE2_CONFIG_VERSION, version);
  pcre2_get_error_message(error, version, sizeof version);
  pcre2_match_data_free(data);
  pcre2_match_context_free(context);
  pcre2_code_free(pattern);
  return count == 1 ? 0 : 1;
}
