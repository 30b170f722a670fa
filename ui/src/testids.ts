/**
 * The handles by which the window test finds things (`data-testid`). They are a
 * contract: change one here and the test follows; never write one by hand.
 *
 * Doors and sign-in
 *   door-connect, door-open, door-practice     the three doors of the first run
 *   known-server                               a known server on the first run
 *   sign-in-server, -email, -password          fields
 *   sign-in-code, -remember, sign-in-submit    the two-step answer; the button of both steps
 *   sign-in-name                               what to call the server
 *   sign-in-error                              what went wrong
 * Frame
 *   nav-overview … nav-settings                the navigation
 *   profile-switcher                           which server
 *   connect-server, rename-server              in its menu; rename-dialog, rename-name, rename-confirm
 *   same-server-dialog, same-server-keep, same-server-change   a server under a second address
 *   screen-title                               the heading of the current screen
 *   job-strip; in it job-row, job-state, job-stage, job-cancel, job-dismiss, job-result
 *   password-dialog, password-field, password-confirm
 *   close-dialog, close-confirm, close-keep    closing while jobs run
 * Screens
 *   target-card, back-up-now, back-up-choice, back-up-all   Overview
 *   repair-banner                              Overview: the settings need repair
 *   backups-source                             Backups: a target, or "computer" (data-value)
 *   backups-filter, backups-crumb              filter; a folder on the way here
 *   backup-row (data-name), backup-integrity, backup-menu   a line of the table
 *   backup-name                                its name, in two parts
 *   row-download, row-download-to, row-check, row-check-deep, row-restore, row-inspect, row-delete
 *   delete-dialog, delete-paths, delete-confirm, delete-cancel, delete-blocked, backup-repair (data-count)
 *   inspect-open, inspect-known (data-name), inspect-file (data-name)   Inspect: opening, known files, open files
 *   inspect-verdict (data-verdict), inspect-reading (data-state), inspect-stop, inspect-read-on
 *   inspect-storage, inspect-existing (data-value)   the server that is judged for
 *   inspect-tab-summary, -contents, -attachments, -people, -checks, -secrets
 *   inspect-check (data-check, data-tone), damage-row (data-code, data-entry), warning (data-code)
 *   inspect-unlock, zip-password-dialog, zip-password, zip-password-confirm   a ZIP with a password
 *   saved-open                                 opens the copy that was saved
 *   attachment-search, attachment-row (data-path), person-row (data-email)
 *   inspect-restore, inspect-more; in its menu inspect-save-page, inspect-save-json,
 *   inspect-compare, inspect-clean, inspect-close; inspect-diff, in it diff-row (data-table)
 *   restore-source (data-name), restore-open, restore-target   Restore: which backup
 *   restore-planning, restore-plan, restore-blocked, restore-foreseen (data-path)
 *   restore-replace, restore-accept-mismatch, restore-safety-copy, restore-confirm-input,
 *   restore-go-on (the first step of the plan), restore-start
 *   restore-stage (data-stage, data-state), restore-result (data-state), skipped-row (data-path, data-cause)
 *   skipped-copy, skipped-save
 *   activity-row (data-kind, data-state), activity-kind, activity-state, activity-detail (data-state)
 *   look-again, deleted-paths, left-paths      what came of a job
 *   sign-out-dialog, sign-out-confirm, signed-out-dialog, enter-failed, enter-again   coming and leaving
 *   use-recovery-code                          Sign-in: an account whose methods need a browser
 *   finding (data-finding)                     Incidents
 *   looked-at, looked-at-row (data-what, data-answer)    everything that was looked at
 *   incidents-unreached                        the server does not answer: no all-clear
 *   to-wizard (data-wizard)                    the way into a wizard, from wherever the evidence turns up
 *   to-offline, incident-server (data-profile), resume-case
 * Recovery
 *   recovery-branch (data-branch)              which way
 *   recovery-step (data-step, data-state)      a step; in it what is to be done
 *   candidate, candidate-add, candidates-test, candidate-answer (data-verdict), candidate-nearly
 *   candidates-skip                            go on without a test
 *   evidence-choice (data-value), evidence-pasted, evidence-file
 *   make-secret, secret-value, secret-copy, put-secret, put-secret-way (data-value), practice-put
 *   watch-server, watch-now, step-confirm, users-message, copy-message
 *   sheet-with-secret, save-sheet, case-close, case-leave, case-abandon, abandon-confirm
 *   case-report (data-complete), save-report
 *   repair-flow (data-phase), repair-way (data-value), open-password, open-settings, type-anew
 *   reopen-settings                            they were closed: the password once more
 *   opened-target (data-target), reveal-secret, edit-target, copy-target, test-target
 *   repair-start, repair-outcome (data-state), repaired-target (data-target)
 *   offline-file, account-row (data-email), offline-settings, direct-show, direct-row (data-name), direct-download
 *   save-encrypted, passphrase, passphrase-again, save-encrypted-confirm
 *   repairers (data-wrapped), repairers-caution, test-value (data-state), test-value-keep   Overview
 *   language-choice, theme-choice (data-value) Settings
 *   practice-faults, practice-fault (the lines of its menu), practice-normal
 *   practice-start, practice-stop, profile-remove, profile-remove-confirm
 *   targets-edit (Overview), target-line (data-target), target-menu; in it target-duplicate, -up, -down, -remove
 *   target-add, target-preset (data-preset), target-field-<field>, secret-replace, secret-keep
 *   target-finding (data-rule, data-level, data-field), finding-use, target-next-run, target-remove-confirm
 *   target-test, target-test-verdict (data-verdict), target-test-write, targets-save, targets-discard
 *   targets-state (data-state)                 why the targets cannot be shown
 *   review-dialog, review-change (data-kind), review-save, review-conflict, review-keep, review-drop
 *   leave-dialog, leave-stay, leave-go         leaving with unsaved changes
 *   sign-in-connection, connection-button, connection-dialog, connection-save, connection-http
 *   connection-ca, -ca-choose, -proxy, -proxy-login, -header, -header-name, -header-value, -header-add
 *   lock-state (data-state: open, locked), lock-now, lock-after
 *   select-all, select-row, selection-bar, selection-download, -check, -check-deep, -delete, backups-integrity
 *   taken-dialog, taken-keep, taken-replace, taken-cancel; queue-waiting, queue-stop
 *   activity-source, activity-more, log-row (data-kind, data-failed, data-scheduled), log-failed, failed-runs
 *   failure (data-code), failure-original, failure-retry    any failure shown
 *   stop-wait, refresh                         any wait that can be ended; asking once more
 */
export const testid = {
  doorConnect: 'door-connect',
  doorOpen: 'door-open',
  doorPractice: 'door-practice',
  knownServer: 'known-server',
  signInServer: 'sign-in-server',
  signInEmail: 'sign-in-email',
  signInPassword: 'sign-in-password',
  signInCode: 'sign-in-code',
  signInRemember: 'sign-in-remember',
  signInWaits: 'sign-in-waits',
  cardNoStorage: 'card-no-storage',
  kdfDialog: 'kdf-dialog',
  kdfAccept: 'kdf-accept',
  kdfWeak: 'kdf-weak',
  signInSubmit: 'sign-in-submit',
  signInName: 'sign-in-name',
  signInError: 'sign-in-error',
  connectServer: 'connect-server',
  renameServer: 'rename-server',
  renameDialog: 'rename-dialog',
  renameName: 'rename-name',
  renameConfirm: 'rename-confirm',
  profileRename: 'profile-rename',
  sameServerDialog: 'same-server-dialog',
  sameServerKeep: 'same-server-keep',
  sameServerChange: 'same-server-change',
  backUpAll: 'back-up-all',
  nav: (screen: string) => `nav-${screen}`,
  profileSwitcher: 'profile-switcher',
  screenTitle: 'screen-title',
  jobStrip: 'job-strip',
  jobRow: 'job-row',
  jobState: 'job-state',
  jobStage: 'job-stage',
  jobCancel: 'job-cancel',
  jobDismiss: 'job-dismiss',
  jobResult: 'job-result',
  passwordDialog: 'password-dialog',
  passwordField: 'password-field',
  passwordConfirm: 'password-confirm',
  targetCard: 'target-card',
  backUpNow: 'back-up-now',
  backUpChoice: 'back-up-choice',
  repairBanner: 'repair-banner',
  backupsSource: 'backups-source',
  backupsFilter: 'backups-filter',
  backupsCrumb: 'backups-crumb',
  backupRow: 'backup-row',
  backupName: 'backup-name',
  backupRepair: 'backup-repair',
  backupOrigin: 'backup-origin',
  backupIntegrity: 'backup-integrity',
  backupMenu: 'backup-menu',
  rowDownload: 'row-download',
  rowDownloadTo: 'row-download-to',
  rowCheck: 'row-check',
  rowCheckDeep: 'row-check-deep',
  rowRestore: 'row-restore',
  rowInspect: 'row-inspect',
  rowDelete: 'row-delete',
  deleteDialog: 'delete-dialog',
  deleteConfirm: 'delete-confirm',
  deleteCancel: 'delete-cancel',
  deleteBlocked: 'delete-blocked',
  inspectOpen: 'inspect-open',
  inspectKnown: 'inspect-known',
  inspectFile: 'inspect-file',
  inspectVerdict: 'inspect-verdict',
  inspectReading: 'inspect-reading',
  inspectStop: 'inspect-stop',
  inspectReadOn: 'inspect-read-on',
  inspectStorage: 'inspect-storage',
  inspectExisting: 'inspect-existing',
  inspectUnlock: 'inspect-unlock',
  zipPasswordDialog: 'zip-password-dialog',
  zipPassword: 'zip-password',
  zipPasswordConfirm: 'zip-password-confirm',
  savedOpen: 'saved-open',
  inspectTab: (tab: string) => `inspect-tab-${tab}`,
  inspectCheck: 'inspect-check',
  inspectRestore: 'inspect-restore',
  inspectMore: 'inspect-more',
  inspectSavePage: 'inspect-save-page',
  inspectSaveJson: 'inspect-save-json',
  inspectCompare: 'inspect-compare',
  inspectClean: 'inspect-clean',
  inspectSalvage: 'inspect-salvage',
  inspectClose: 'inspect-close',
  inspectDiff: 'inspect-diff',
  diffRow: 'diff-row',
  damageRow: 'damage-row',
  warning: 'warning',
  attachmentSearch: 'attachment-search',
  attachmentRow: 'attachment-row',
  personRow: 'person-row',
  restoreSource: 'restore-source',
  restoreOpen: 'restore-open',
  restoreTarget: 'restore-target',
  restorePlanning: 'restore-planning',
  restorePlan: 'restore-plan',
  restoreBlocked: 'restore-blocked',
  restoreForeseen: 'restore-foreseen',
  restoreReplace: 'restore-replace',
  restoreAcceptMismatch: 'restore-accept-mismatch',
  restoreSafetyCopy: 'restore-safety-copy',
  restoreActing: 'restore-acting',
  restoreSafetyKept: 'restore-safety-kept',
  restoreChecklist: 'restore-checklist',
  restoreStep: 'restore-step',
  restoreCheckNow: 'restore-check-now',
  restoreCompare: 'restore-compare',
  restoreInformed: 'restore-informed',
  restoreCopies: 'restore-copies',
  restoreFindCopies: 'restore-find-copies',
  restoreRetry: 'restore-retry',
  restoreAgain: 'restore-again',
  restoreCount: 'restore-count',
  restoreSaveJson: 'restore-save-json',
  restoreSavePage: 'restore-save-page',
  restoreExpert: 'restore-expert',
  restoreOverrideInput: 'restore-override-input',
  safetyCopyRow: 'safety-copy-row',
  safetyCopyRemove: 'safety-copy-remove',
  safetyCopyRemoveNow: 'safety-copy-remove-now',
  jobSummary: 'job-summary',
  jobsDismiss: 'jobs-dismiss',
  startFailed: 'start-failed',
  startRetry: 'start-retry',
  startMoveAside: 'start-move-aside',
  restoreAcceptLost: 'restore-accept-lost',
  restoreForeign: 'restore-foreign',
  restoreBringsTargets: 'restore-brings-targets',
  restoreMissing: 'restore-missing',
  restoreConfirmInput: 'restore-confirm-input',
  restoreGoOn: 'restore-go-on',
  restoreGoOnSection: 'restore-go-on-section',
  restoreStart: 'restore-start',
  restoreStage: 'restore-stage',
  restoreResult: 'restore-result',
  skippedRow: 'skipped-row',
  skippedCopy: 'skipped-copy',
  skippedSave: 'skipped-save',
  activityRow: 'activity-row',
  activityKind: 'activity-kind',
  activityState: 'activity-state',
  activityDetail: 'activity-detail',
  recheckOutcome: 'look-again',
  deletePaths: 'delete-paths',
  deletedPaths: 'deleted-paths',
  leftPaths: 'left-paths',
  signOutDialog: 'sign-out-dialog',
  signOutConfirm: 'sign-out-confirm',
  signedOutDialog: 'signed-out-dialog',
  enterFailed: 'enter-failed',
  enterAgain: 'enter-again',
  useRecoveryCode: 'use-recovery-code',
  finding: 'finding',
  incidentsUnreached: 'incidents-unreached',
  lookedAt: 'looked-at',
  lookedAtRow: 'looked-at-row',
  toWizard: 'to-wizard',
  toOffline: 'to-offline',
  incidentServer: 'incident-server',
  resumeCase: 'resume-case',
  branch: 'recovery-branch',
  recoveryStep: 'recovery-step',
  candidate: 'candidate',
  candidateAdd: 'candidate-add',
  candidatesTest: 'candidates-test',
  candidateAnswer: 'candidate-answer',
  candidateNearly: 'candidate-nearly',
  candidatesSkip: 'candidates-skip',
  evidenceChoice: 'evidence-choice',
  evidencePasted: 'evidence-pasted',
  evidenceFile: 'evidence-file',
  makeSecret: 'make-secret',
  secretValue: 'secret-value',
  secretCopy: 'secret-copy',
  putSecret: 'put-secret',
  putSecretWay: 'put-secret-way',
  practicePut: 'practice-put',
  watchServer: 'watch-server',
  watchNow: 'watch-now',
  stepConfirm: 'step-confirm',
  usersMessage: 'users-message',
  copyMessage: 'copy-message',
  sheetWithSecret: 'sheet-with-secret',
  saveSheet: 'save-sheet',
  caseClose: 'case-close',
  caseLeave: 'case-leave',
  caseAbandon: 'case-abandon',
  abandonConfirm: 'abandon-confirm',
  caseReport: 'case-report',
  saveReport: 'save-report',
  repairFlow: 'repair-flow',
  repairWay: 'repair-way',
  openPassword: 'open-password',
  reopenSettings: 'reopen-settings',
  openSettings: 'open-settings',
  typeAnew: 'type-anew',
  openedTarget: 'opened-target',
  revealSecret: 'reveal-secret',
  editTarget: 'edit-target',
  copyTarget: 'copy-target',
  testTarget: 'test-target',
  repairStart: 'repair-start',
  repairOutcome: 'repair-outcome',
  repairedTarget: 'repaired-target',
  offlineFile: 'offline-file',
  accountRow: 'account-row',
  offlineSettings: 'offline-settings',
  directHttp: 'direct-http',
  directShow: 'direct-show',
  directRow: 'direct-row',
  directDownload: 'direct-download',
  saveEncrypted: 'save-encrypted',
  passphrase: 'passphrase',
  passphraseAgain: 'passphrase-again',
  saveEncryptedConfirm: 'save-encrypted-confirm',
  repairers: 'repairers',
  repairersCaution: 'repairers-caution',
  testValue: 'test-value',
  testValueKeep: 'test-value-keep',
  languageChoice: 'language-choice',
  themeChoice: 'theme-choice',
  practiceStart: 'practice-start',
  practiceStop: 'practice-stop',
  practiceFaults: 'practice-faults',
  practiceFault: 'practice-fault',
  practiceNormal: 'practice-normal',
  profileRemove: 'profile-remove',
  profileRemoveConfirm: 'profile-remove-confirm',
  closeDialog: 'close-dialog',
  closeConfirm: 'close-confirm',
  closeKeep: 'close-keep',
  targetsEdit: 'targets-edit',
  targetLine: 'target-line',
  targetMenu: 'target-menu',
  targetAdd: 'target-add',
  targetPreset: 'target-preset',
  targetsSaved: 'targets-saved',
  targetField: (field: string) => `target-field-${field}`,
  targetDuplicate: 'target-duplicate',
  targetUp: 'target-up',
  targetDown: 'target-down',
  targetRemove: 'target-remove',
  targetRemoveConfirm: 'target-remove-confirm',
  targetTest: 'target-test',
  targetTestVerdict: 'target-test-verdict',
  targetTestWrite: 'target-test-write',
  targetNextRun: 'target-next-run',
  targetsSave: 'targets-save',
  targetsDiscard: 'targets-discard',
  targetsState: 'targets-state',
  secretReplace: 'secret-replace',
  secretKeep: 'secret-keep',
  targetFinding: 'target-finding',
  findingUse: 'finding-use',
  reviewDialog: 'review-dialog',
  reviewChange: 'review-change',
  reviewSave: 'review-save',
  sharedPlaces: 'shared-places',
  sharedAccept: 'shared-accept',
  reviewConflict: 'review-conflict',
  reviewKeep: 'review-keep',
  reviewDrop: 'review-drop',
  connectionButton: 'connection-button',
  connectionDialog: 'connection-dialog',
  connectionCa: 'connection-ca',
  connectionCaChoose: 'connection-ca-choose',
  connectionCaRemove: 'connection-ca-remove',
  connectionProxy: 'connection-proxy',
  connectionProxyLogin: 'connection-proxy-login',
  connectionHeader: 'connection-header',
  connectionHeaderName: 'connection-header-name',
  connectionHeaderValue: 'connection-header-value',
  connectionHeaderAdd: 'connection-header-add',
  connectionHttp: 'connection-http',
  connectionSave: 'connection-save',
  signInConnection: 'sign-in-connection',
  lockState: 'lock-state',
  lockAfter: 'lock-after',
  lockNow: 'lock-now',
  selectionBar: 'selection-bar',
  selectionDownload: 'selection-download',
  selectionCheck: 'selection-check',
  selectionCheckDeep: 'selection-check-deep',
  selectionDelete: 'selection-delete',
  selectAll: 'select-all',
  selectRow: 'select-row',
  backupsIntegrity: 'backups-integrity',
  takenDialog: 'taken-dialog',
  takenKeep: 'taken-keep',
  takenReplace: 'taken-replace',
  takenCancel: 'taken-cancel',
  queueWaiting: 'queue-waiting',
  queueStop: 'queue-stop',
  activitySource: 'activity-source',
  activityMore: 'activity-more',
  logRow: 'log-row',
  logFailed: 'log-failed',
  failedRuns: 'failed-runs',
  leaveDialog: 'leave-dialog',
  leaveStay: 'leave-stay',
  leaveGo: 'leave-go',
  failure: 'failure',
  failureOriginal: 'failure-original',
  failureRetry: 'failure-retry',
  stopWait: 'stop-wait',
  refresh: 'refresh',
  exportOpen: 'export-open',
  drillDialog: 'drill-dialog',
  drillStorage: 'drill-storage',
  drillFolder: 'drill-folder',
  drillPassphrase: 'drill-passphrase',
  drillStart: 'drill-start',
  drillOutcome: 'drill-outcome',
  drillSkipped: 'drill-skipped',
  drillAgain: 'drill-again',
  rowDrill: 'row-drill',
  backupDrill: 'backup-drill',
  inspectDrill: 'inspect-drill',
  inspectLastDrill: 'inspect-last-drill',
  exportDialog: 'export-dialog',
  exportFromServer: 'export-from-server',
  exportAddFolder: 'export-add-folder',
  exportAddZip: 'export-add-zip',
  exportAddTarget: 'export-add-target',
  exportTarget: 'export-target',
  openTarget: 'open-target',
  openTargetRow: 'open-target-row',
  openTargetUse: 'open-target-use',
  throughTarget: 'through-target',
  throughOpen: 'through-open',
  throughStart: 'through-start',
  stagingOutcome: 'staging-outcome',
  stagingPlan: 'staging-plan',
  stagedFiles: 'staged-files',
  stagedRemove: 'staged-remove',
  stagedList: 'staged-list',
  stagedRemoveStart: 'staged-remove-start',
  exportAttachments: 'export-attachments',
  exportFolder: 'export-folder',
  exportMissing: 'export-missing',
  exportEncrypt: 'export-encrypt',
  exportPassphrase: 'export-passphrase',
  exportStart: 'export-start',
  exportOutcome: 'export-outcome',
  exportRestore: 'export-restore',
  exportContinue: 'export-continue',
  exportKeep: 'export-keep',
  exportLeaveOut: 'export-leave-out',
  exportMissingList: 'export-missing-list',
  unfinishedExport: 'unfinished-export',
  unfinishedPassphrase: 'unfinished-passphrase',
  unfinishedContinue: 'unfinished-continue',
  unfinishedRemove: 'unfinished-remove',
  decryptDialog: 'decrypt-dialog',
  decryptPassphrase: 'decrypt-passphrase',
  decryptStart: 'decrypt-start',
  rowComplete: 'row-complete',
  inspectComplete: 'inspect-complete',
} as const;
