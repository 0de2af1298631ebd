/*
 * Plays an attacker's file in a folder that is searched for programs or libraries: when it is run or loaded it writes a file, and nothing
 * else. The environment variable PLANTED has that file's path.
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
