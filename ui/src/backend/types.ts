import type {
  commands,
  HealFrom,
  HealPlan,
  Inspection,
  JobEvent,
  RestorePlan,
  RestoreSource,
  Storage,
  TargetChoice,
  Update,
  WatchNotice,
} from './bindings';

type Commands = typeof commands;

/** What a file that is dragged over the window does. */
export type FileDrop =
  { type: 'over'; paths: string[] } | { type: 'dropped'; paths: string[] } | { type: 'left' };

/** Ends a subscription. */
export type Unlisten = () => void;

/**
 * Everything the window can ask of the world outside: the shell's commands, and
 * the system's dialogs, opener, notifications and dropped files. A command that
 * fails throws the core's `Error` object.
 */
export interface Backend extends Omit<
  Commands,
  'watchJobs' | 'inspectFile' | 'planRestore' | 'completeRestorePlan' | 'planHeal' | 'takeOpenedFiles'
> {
  /** Reports every job event from now on; running jobs come first. */
  watchJobs(listener: (event: JobEvent) => void): Promise<void>;
  /** Everything about a file; reports the progress. */
  inspectFile(path: string, storage: Storage, tell: (update: Update) => void): Promise<Inspection>;
  /** What a restore would do; reports the progress. */
  planRestore(source: RestoreSource, tell: (update: Update) => void): Promise<RestorePlan>;
  /** The plan with what the server holds, from an export of it; reports the progress. */
  completeRestorePlan(plan: RestorePlan, tell: (update: Update) => void): Promise<RestorePlan>;
  /** What a repair of a target would do; reports the progress. */
  planHeal(target: TargetChoice, sources: HealFrom[], tell: (update: Update) => void): Promise<HealPlan>;
  /** Notifies when someone wants to close the window while jobs run. */
  watchCloseAsked(listener: () => void): Promise<Unlisten>;
  /** Notifies when something became of the session automatically: the master password was forgotten,
   * or the keyring lost it. */
  watchSession(listener: () => void): Promise<Unlisten>;
  /** Notifies when a server asks to wait so many seconds at sign-in; the call continues after it. */
  watchServerWaits(listener: (seconds: number) => void): Promise<Unlisten>;
  /** Notifies of files that the app is opened with from outside, those from its start too. */
  watchOpenedFiles(listener: (paths: string[]) => void): Promise<Unlisten>;
  /** Reports what the watch found that is new. */
  watchAlerts(listener: (notices: WatchNotice[]) => void): Promise<Unlisten>;
  /** Notifies when the watch has looked at servers. */
  watchLooks(listener: () => void): Promise<Unlisten>;
  /** Notifies when "Back up now" was chosen in the tray. */
  watchTrayBackUp(listener: () => void): Promise<Unlisten>;
  /** Notifies when a notification was clicked, and its place. */
  watchNotificationClicks(listener: (place: string) => void): Promise<Unlisten>;
  /** Notifies of files dragged over the window. */
  watchFileDrops(listener: (drop: FileDrop) => void): Promise<Unlisten>;
  /** The time, so that pictures and tests can hold it. */
  now(): Date;
}
