export const USAGE = `cardwright-host: reaches smart cards for the Cardwright browser extension

  --version                          print the version
  list                               print what is in the readers
  doctor                             check everything from the browsers to the card
    --json                             print { checks, verdict } instead
    --watch                            afterwards print what changes in the readers
    --bundle FILE                      write what was found to a new file, for a help desk
  bundle FILE                        print such a file, or one of the extension
  logs                               print where the host's log is, and its last lines
    --lines N                          how many (50)
    --follow                           afterwards print each line that is added
  install                            register with the browsers of this account
    --browser-dir DIR                  with another browser instead, whose settings are in DIR
    --firefox                            which is of Firefox's family (known by itself where DIR has a profiles.ini)
    --user-data-dir DIR                with one Chromium profile instead
    --system                           with the browsers of all accounts instead; for a packaged host, as root
  uninstall                          undo that, also for each --browser-dir; takes the same options
  policy add FILE                    add an edited policy template to the browsers' policies (Linux, as root)
    --browser NAME                     for this browser alone; may be given again
  policy show                        print what was added
  policy remove                      undo that

Exit codes: 0 success, 1 a check or the command failed, 2 the command line is wrong. Where a card keeps a command and
never answers, only the kill of the process frees it: then a shell sees 137.`;
