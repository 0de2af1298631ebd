/*
 * Starts a native host as Chrome does on Windows (chrome/browser/extensions/api/messaging/launch_context_win.cc), and carries its
 * own standard input and output to and fro:
 *
 *   chrome.exe direct PROGRAM ARGUMENTS   with NativeHostsExecutablesLaunchDirectly
 *   chrome.exe cmd PROGRAM ARGUMENTS      without it: through cmd.exe, which opens the named pipes
 *
 * Chrome has no console, starts the host hidden in the host's folder, and quotes nothing but a PROGRAM that has blanks.
 */
#define WIN32_LEAN_AND_MEAN
#include <stdio.h>
#include <windows.h>

#define LONGEST 32768

static HANDLE to_host, from_host;

static void give_up(const char *what) {
  fprintf(stderr, "chrome.exe: %s: %lu\n", what, GetLastError());
  ExitProcess(98);
}

static HANDLE make_pipe(const WCHAR *name, DWORD access) {
  HANDLE pipe = CreateNamedPipeW(name, access | FILE_FLAG_FIRST_PIPE_INSTANCE, PIPE_TYPE_BYTE, 1, 0, 0, 5000, NULL);
  if (pipe == INVALID_HANDLE_VALUE) give_up("CreateNamedPipe");
  return pipe;
}

/* Chrome asks for these rights alone. */
static HANDLE open_pipe(const WCHAR *name, DWORD right) {
  SECURITY_ATTRIBUTES inherited = {sizeof inherited, NULL, TRUE};
  HANDLE pipe = CreateFileW(name, right | SYNCHRONIZE, 0, &inherited, OPEN_EXISTING, FILE_ATTRIBUTE_NORMAL, NULL);
  if (pipe == INVALID_HANDLE_VALUE) give_up("CreateFile");
  return pipe;
}

static void carry(HANDLE from, HANDLE to) {
  char bytes[4096];
  DWORD length, written;
  while (ReadFile(from, bytes, sizeof bytes, &length, NULL) && length > 0) {
    if (!WriteFile(to, bytes, length, &written, NULL)) break;
  }
}

/* When the input ends, Chrome closes its end of the pipe: the page has closed the port. */
static DWORD WINAPI feed(void *unused) {
  (void)unused;
  carry(GetStdHandle(STD_INPUT_HANDLE), to_host);
  CloseHandle(to_host);
  return 0;
}

static HANDLE launch(WCHAR *command, const WCHAR *folder, STARTUPINFOEXW *startup, BOOL inherits) {
  PROCESS_INFORMATION process;
  startup->StartupInfo.cb = sizeof *startup;
  startup->StartupInfo.dwFlags |= STARTF_USESHOWWINDOW;
  startup->StartupInfo.wShowWindow = SW_HIDE;
  if (!CreateProcessW(NULL, command, NULL, NULL, inherits, EXTENDED_STARTUPINFO_PRESENT, NULL, folder, &startup->StartupInfo, &process)) {
    give_up("CreateProcess");
  }
  return process.hProcess;
}

static HANDLE launch_directly(WCHAR *command, const WCHAR *folder, const WCHAR *in, const WCHAR *out) {
  STARTUPINFOEXW startup = {0};
  HANDLE handles[2] = {open_pipe(in, FILE_READ_DATA), open_pipe(out, FILE_WRITE_DATA)};
  SIZE_T size;
  InitializeProcThreadAttributeList(NULL, 1, 0, &size);
  startup.lpAttributeList = HeapAlloc(GetProcessHeap(), 0, size);
  InitializeProcThreadAttributeList(startup.lpAttributeList, 1, 0, &size);
  UpdateProcThreadAttribute(startup.lpAttributeList, 0, PROC_THREAD_ATTRIBUTE_HANDLE_LIST, handles, sizeof handles, NULL, NULL);
  startup.StartupInfo.dwFlags = STARTF_USESTDHANDLES;
  startup.StartupInfo.hStdInput = handles[0];
  startup.StartupInfo.hStdOutput = handles[1];
  HANDLE process = launch(command, folder, &startup, TRUE);
  CloseHandle(handles[0]);
  CloseHandle(handles[1]);
  return process;
}

static HANDLE launch_by_cmd(const WCHAR *command, const WCHAR *folder, const WCHAR *in, const WCHAR *out) {
  static WCHAR line[2 * LONGEST];
  STARTUPINFOEXW startup = {0};
  WCHAR comspec[MAX_PATH];
  GetEnvironmentVariableW(L"COMSPEC", comspec, MAX_PATH);
  swprintf(line, 2 * LONGEST, L"%ls /d /s /c \"%ls\" < %ls > %ls", comspec, command, in, out);
  return launch(line, folder, &startup, FALSE);
}

int wmain(int argc, WCHAR **argv) {
  static WCHAR command[LONGEST], folder[LONGEST], in[64], out[64];
  if (argc < 3) return 99;
  swprintf(in, 64, L"\\\\.\\pipe\\chrome.nativeMessaging.in.%lx", GetCurrentProcessId());
  swprintf(out, 64, L"\\\\.\\pipe\\chrome.nativeMessaging.out.%lx", GetCurrentProcessId());
  from_host = make_pipe(out, PIPE_ACCESS_INBOUND);
  to_host = make_pipe(in, PIPE_ACCESS_OUTBOUND);
  lstrcpyW(folder, argv[2]);
  *wcsrchr(folder, L'\\') = 0;
  swprintf(command, LONGEST, wcschr(argv[2], L' ') ? L"\"%ls\"" : L"%ls", argv[2]);
  for (int i = 3; i < argc; i++) {
    lstrcatW(command, L" ");
    lstrcatW(command, argv[i]);
  }
  BOOL directly = lstrcmpW(argv[1], L"direct") == 0;
  HANDLE host = directly ? launch_directly(command, folder, in, out) : launch_by_cmd(command, folder, in, out);
  ConnectNamedPipe(to_host, NULL);
  ConnectNamedPipe(from_host, NULL);
  CreateThread(NULL, 0, feed, NULL, 0, NULL);
  carry(from_host, GetStdHandle(STD_OUTPUT_HANDLE));
  WaitForSingleObject(host, INFINITE);
  DWORD code = 97;
  GetExitCodeProcess(host, &code);
  return (int)code;
}
