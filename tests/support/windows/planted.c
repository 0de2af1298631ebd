/*
 * What an attacker lays where a program or a library might be looked for: it writes a file and says nothing. PLANTED is the
 * environment variable with that file's path.
 */
#include <windows.h>

static void leave_a_trace(void) {
  WCHAR file[MAX_PATH];
  if (GetEnvironmentVariableW(L"PLANTED", file, MAX_PATH) == 0) return;
  CloseHandle(CreateFileW(file, GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, FILE_ATTRIBUTE_NORMAL, NULL));
}

#ifdef LIBRARY
BOOL WINAPI DllMain(HINSTANCE library, DWORD reason, void *unused) {
  (void)library, (void)unused;
  if (reason == DLL_PROCESS_ATTACH) leave_a_trace();
  return TRUE;
}
#else
int main(void) {
  leave_a_trace();
  return 66;
}
#endif
