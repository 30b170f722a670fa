import Activity from '@lucide/svelte/icons/history';
import Backups from '@lucide/svelte/icons/archive';
import DeskTargets from '@lucide/svelte/icons/hard-drive-upload';
import Incidents from '@lucide/svelte/icons/life-buoy';
import Inspect from '@lucide/svelte/icons/scan-search';
import Overview from '@lucide/svelte/icons/layout-dashboard';
import Restore from '@lucide/svelte/icons/archive-restore';
import Targets from '@lucide/svelte/icons/cable';
import Settings from '@lucide/svelte/icons/settings-2';
import type { Lazy } from '@/components/lazy';
import { m } from '@/messages/messages';

/** A place in the navigation. */
export type Screen = {
  /** The first part of its address, and of its test id. */
  name: string;
  label: () => string;
  icon: typeof Overview;
  /** Its component, which is fetched when it is first shown. */
  load: Lazy;
  /** It checks a server, so it is not offered for this computer alone. */
  needsServer: boolean;
  /** Ctrl or ⌘ with this key. */
  key?: string;
  /** It is reached from this screen, and has no place of its own in the navigation. */
  within?: string;
};

/** The navigation, from top to bottom. A new screen is one line here and one component. */
export const screens: Screen[] = [
  {
    name: 'overview',
    label: m.nav_overview,
    icon: Overview,
    load: () => import('@/features/overview/OverviewScreen.svelte'),
    needsServer: true,
    key: '1',
  },
  {
    name: 'backups',
    label: m.nav_backups,
    icon: Backups,
    load: () => import('@/features/backups/BackupsScreen.svelte'),
    needsServer: false,
    key: '2',
  },
  {
    name: 'inspect',
    label: m.nav_inspect,
    icon: Inspect,
    load: () => import('@/features/inspect/InspectScreen.svelte'),
    needsServer: false,
    key: '3',
  },
  {
    name: 'restore',
    label: m.nav_restore,
    icon: Restore,
    load: () => import('@/features/restore/RestoreScreen.svelte'),
    needsServer: true,
    key: '4',
  },
  {
    name: 'incidents',
    label: m.nav_incidents,
    icon: Incidents,
    load: () => import('@/features/incidents/IncidentsScreen.svelte'),
    needsServer: false,
    key: '5',
  },
  {
    name: 'activity',
    label: m.nav_activity,
    icon: Activity,
    load: () => import('@/features/activity/ActivityScreen.svelte'),
    needsServer: false,
    key: '6',
  },
  {
    name: 'targets',
    label: m.targets_title,
    icon: Targets,
    load: () => import('@/features/targets/TargetsScreen.svelte'),
    needsServer: true,
    within: 'overview',
  },
  {
    name: 'desk-targets',
    label: m.desk_targets_title,
    icon: DeskTargets,
    load: () => import('@/features/desk-targets/DeskTargetsScreen.svelte'),
    needsServer: false,
    within: 'backups',
  },
  {
    name: 'settings',
    label: m.nav_settings,
    icon: Settings,
    load: () => import('@/features/settings/SettingsScreen.svelte'),
    needsServer: false,
    key: ',',
  },
];

/** What is shown before there is a server. */
export const firstRun: Lazy = () => import('@/features/first-run/FirstRunScreen.svelte');

export const signIn: Lazy = () => import('@/features/sign-in/SignInScreen.svelte');
