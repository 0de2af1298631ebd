/*
 * cardwright-host.exe: the native host that browsers start, and that people run in a console.
 *
 * It starts node.exe with app\main.js, both in its own folder, and runs until they end:
 * - Both are named by the full path of this file's own folder. No PATH and no current folder is searched, so a file of the
 *   same name elsewhere is never run.
 * - The arguments are passed on verbatim, after the two paths: node.exe reads them as this program would have.
 * - Standard input, output and error are inherited, and no byte of them passes through this program.
 * - node.exe is in a job that ends with this process, however that ends. Its exit code becomes that of this process.
 *
 * The program contains no C library. Its only DLL is kernel32.dll, which Windows has loaded already.
 */
#define WIN32_LEAN_AND_MEAN
#include <windows.h>

/* Maximum characters of a path and of a command line on Windows, including the 0 at the end. */
#define LONGEST 32768
#define FAILURE 1

static const WCHAR node_file[] = L"node.exe";
static const WCHAR main_file[] = L"app\\main.js";

/* Variables that make Node run other code, or look for it elsewhere. A developer's computer often sets the first. */
static const WCHAR *const unwanted[] = {L"NODE_OPTIONS", L"NODE_PATH", L"NODE_COMPILE_CACHE", L"OPENSSL_CONF"};

/* Static, so that they begin as zeros: without a C library there is no memset. */
static WCHAR folder[LONGEST];
static WCHAR node[LONGEST + sizeof node_file];
/* Twice the folder, and the arguments. */
static WCHAR command_line[4 * LONGEST];
static STARTUPINFOW startup;
static PROCESS_INFORMATION process;
static JOBOBJECT_EXTENDED_LIMIT_INFORMATION limits;

static void say(const WCHAR *text) {
  static char utf8[4 * LONGEST];
  int length = WideCharToMultiByte(CP_UTF8, 0, text, lstrlenW(text), utf8, sizeof utf8, NULL, NULL);
  DWORD written;
  WriteFile(GetStdHandle(STD_ERROR_HANDLE), utf8, (DWORD)length, &written, NULL);
}

/* Prints the failed action with Windows' error number, and ends. */
static void fail(const WCHAR *what) {
  WCHAR digits[11];
  WCHAR *first = &digits[10];
  DWORD error = GetLastError();
  *first = 0;
  do *--first = (WCHAR)(L'0' + error % 10);
  while (error /= 10);
  say(L"cardwright-host: ");
  say(what);
  say(L" (Windows error ");
  say(first);
  say(L"). Install the host again.\r\n");
  ExitProcess(FAILURE);
}

/* Finds the folder of this file, with the backslash at its end. */
static void find_own_folder(void) {
  DWORD length = GetModuleFileNameW(NULL, folder, LONGEST);
  if (length == 0 || length >= LONGEST) fail(L"its own folder is not known");
  while (length > 0 && folder[length - 1] != L'\\') length--;
  folder[length] = 0;
}

/* Returns the command line after the name of this program, which is in quotes or ends with the first blank. */
static const WCHAR *arguments(void) {
  const WCHAR *rest = GetCommandLineW();
  if (*rest == L'"') {
    do rest++;
    while (*rest && *rest != L'"');
    return *rest ? rest + 1 : rest;
  }
  while (*rest && *rest != L' ' && *rest != L'\t') rest++;
  return rest;
}

/* Quotes are sufficient: no path on Windows contains a quote, and neither of these ends with a backslash. */
static void write_command_line(void) {
  lstrcpyW(node, folder);
  lstrcatW(node, node_file);
  lstrcpyW(command_line, L"\"");
  lstrcatW(command_line, node);
  lstrcatW(command_line, L"\" \"");
  lstrcatW(command_line, folder);
  lstrcatW(command_line, main_file);
  /* The blank separates the path from the arguments, whatever they are. */
  lstrcatW(command_line, L"\" ");
  lstrcatW(command_line, arguments());
}

static HANDLE handed_on(DWORD which) {
  HANDLE handle = GetStdHandle(which);
  if (handle != NULL && handle != INVALID_HANDLE_VALUE) SetHandleInformation(handle, HANDLE_FLAG_INHERIT, HANDLE_FLAG_INHERIT);
  return handle;
}

/* A job whose processes end when its last handle is closed. Windows closes the handle when this process ends. */
static HANDLE make_job(void) {
  HANDLE job = CreateJobObjectW(NULL, NULL);
  limits.BasicLimitInformation.LimitFlags = JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE;
  if (job == NULL || !SetInformationJobObject(job, JobObjectExtendedLimitInformation, &limits, sizeof limits)) {
    fail(L"it cannot make a job");
  }
  return job;
}

/* Ctrl+C reaches node.exe too, which decides. A handler is used because "ignore" would be inherited. */
static BOOL WINAPI leave_to_node(DWORD event) { return event == CTRL_C_EVENT || event == CTRL_BREAK_EVENT; }

static void start_node(void) {
  /* A browser may have given this process a console without a window. node.exe then gets no window either. */
  DWORD flags = CREATE_SUSPENDED | (GetConsoleWindow() == NULL ? CREATE_NO_WINDOW : 0);
  HANDLE job = make_job();
  startup.cb = sizeof startup;
  startup.dwFlags = STARTF_USESTDHANDLES;
  startup.hStdInput = handed_on(STD_INPUT_HANDLE);
  startup.hStdOutput = handed_on(STD_OUTPUT_HANDLE);
  startup.hStdError = handed_on(STD_ERROR_HANDLE);
  /* Each silent card occupies one of libuv's threads, of which there are four by default. */
  SetEnvironmentVariableW(L"UV_THREADPOOL_SIZE", L"16");
  for (unsigned i = 0; i < sizeof unwanted / sizeof *unwanted; i++) SetEnvironmentVariableW(unwanted[i], NULL);
  if (!CreateProcessW(node, command_line, NULL, NULL, TRUE, flags, NULL, NULL, &startup, &process)) {
    fail(L"node.exe cannot be started from its own folder");
  }
  /* Put into the job before its first instruction, so that it never outlives this process. */
  if (!AssignProcessToJobObject(job, process.hProcess)) {
    TerminateProcess(process.hProcess, FAILURE);
    fail(L"node.exe cannot be put into a job");
  }
  ResumeThread(process.hThread);
}

void start(void) {
  DWORD code = FAILURE;
  SetConsoleCtrlHandler(leave_to_node, TRUE);
  find_own_folder();
  write_command_line();
  start_node();
  WaitForSingleObject(process.hProcess, INFINITE);
  GetExitCodeProcess(process.hProcess, &code);
  ExitProcess(code);
}
