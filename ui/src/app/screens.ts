import Activity from '@lucide/svelte/icons/history';
import Backups from '@lucide/svelte/icons/archive';
import DeskTargets from '@lucide/svelte/icons/hard-drive-upload';
import Incidents from '@lucide/svelte/icons/life-buoy';
import Inspect from '@lucide/svelte/icons/scan-search';
import Overview from '@lucide/svelte/icons/layout-dashboard';
import Restore from '@lucide/svelte/icons/archive-restore';
import Targets from '@lucide/svelte/icons/cable';
import Settings from '@lucide/svelte/icons/settings-2';
import type { Component } from 'svelte';
import ActivityScreen from '@/features/activity/ActivityScreen.svelte';
import BackupsScreen from '@/features/backups/BackupsScreen.svelte';
import DeskTargetsScreen from '@/features/desk-targets/DeskTargetsScreen.svelte';
import IncidentsScreen from '@/features/incidents/IncidentsScreen.svelte';
import InspectScreen from '@/features/inspect/InspectScreen.svelte';
import OverviewScreen from '@/features/overview/OverviewScreen.svelte';
import RestoreScreen from '@/features/restore/RestoreScreen.svelte';
import SettingsScreen from '@/features/settings/SettingsScreen.svelte';
import TargetsScreen from '@/features/targets/TargetsScreen.svelte';
import { m } from '@/messages/messages';

/** A place in the navigation. */
export type Screen = {
  /** The first part of its address, and of its test id. */
  name: string;
  label: () => string;
  icon: typeof Overview;
  component: Component;
  /** It looks at a server, so it is not offered for this computer alone. */
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
    component: OverviewScreen,
    needsServer: true,
    key: '1',
  },
  {
    name: 'backups',
    label: m.nav_backups,
    icon: Backups,
    component: BackupsScreen,
    needsServer: false,
    key: '2',
  },
  {
    name: 'inspect',
    label: m.nav_inspect,
    icon: Inspect,
    component: InspectScreen,
    needsServer: false,
    key: '3',
  },
  {
    name: 'restore',
    label: m.nav_restore,
    icon: Restore,
    component: RestoreScreen,
    needsServer: true,
    key: '4',
  },
  {
    name: 'incidents',
    label: m.nav_incidents,
    icon: Incidents,
    component: IncidentsScreen,
    needsServer: false,
    key: '5',
  },
  {
    name: 'activity',
    label: m.nav_activity,
    icon: Activity,
    component: ActivityScreen,
    needsServer: false,
    key: '6',
  },
  {
    name: 'targets',
    label: m.targets_title,
    icon: Targets,
    component: TargetsScreen,
    needsServer: true,
    within: 'overview',
  },
  {
    name: 'desk-targets',
    label: m.desk_targets_title,
    icon: DeskTargets,
    component: DeskTargetsScreen,
    needsServer: false,
    within: 'backups',
  },
  {
    name: 'settings',
    label: m.nav_settings,
    icon: Settings,
    component: SettingsScreen,
    needsServer: false,
    key: ',',
  },
];

const onAMac = /Mac/.test(navigator.platform);

/** "Ctrl+1" or "⌘1". */
export function shortcut(key: string): string {
  return onAMac ? `⌘${key}` : `Ctrl+${key}`;
}

/** The screen that a key press asks for. */
export function screenOf(event: KeyboardEvent, offered: Screen[]): Screen | undefined {
  const modified = onAMac ? event.metaKey : event.ctrlKey;
  if (!modified || event.altKey || event.shiftKey) return undefined;
  return offered.find((screen) => screen.key !== undefined && screen.key === event.key);
}
