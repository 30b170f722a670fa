import { m } from '@/messages/messages';
import type { Screen } from './screens';

/** What a key does besides going to a screen. */
export type Action = 'help' | 'back-up' | 'open' | 'refresh' | 'search' | 'jobs';

/** A key; with Ctrl or ⌘ where it is modified. */
type Combination = { key: string; modified?: boolean };

/** Every shortcut of the window, as the help lists them. */
export const actions: { name: Action; label: () => string; keys: Combination[] }[] = [
  { name: 'back-up', label: m.shortcut_back_up, keys: [{ key: 'b', modified: true }] },
  { name: 'open', label: m.shortcut_open, keys: [{ key: 'o', modified: true }] },
  { name: 'refresh', label: m.shortcut_refresh, keys: [{ key: 'r', modified: true }, { key: 'F5' }] },
  { name: 'search', label: m.shortcut_search, keys: [{ key: 'f', modified: true }, { key: '/' }] },
  { name: 'jobs', label: m.shortcut_jobs, keys: [{ key: 'j', modified: true }] },
  { name: 'help', label: m.shortcut_help, keys: [{ key: '?' }, { key: 'F1' }] },
];

const onAMac = /Mac/.test(navigator.platform);

/** "Ctrl+1" or "⌘1". */
export function shortcut(key: string): string {
  const shown = key.length === 1 ? key.toUpperCase() : key;
  return onAMac ? `⌘${shown}` : `Ctrl+${shown}`;
}

/** The keys of an action, as people read them. */
export function shortcutsOf(keys: Combination[]): string[] {
  return keys.map(({ key, modified }) => (modified ? shortcut(key) : key));
}

function isModified(event: KeyboardEvent): boolean {
  return onAMac ? event.metaKey : event.ctrlKey;
}

/** Whether the key belongs to a text that is being typed. */
function isTyping({ target }: KeyboardEvent): boolean {
  return (
    target instanceof HTMLElement && target.closest('input, textarea, select, [contenteditable]') !== null
  );
}

/** The screen that a key press asks for. */
export function screenOf(event: KeyboardEvent, offered: Screen[]): Screen | undefined {
  if (!isModified(event) || event.altKey || event.shiftKey) return undefined;
  return offered.find((screen) => screen.key !== undefined && screen.key === event.key);
}

/** The action that a key press asks for. */
export function actionOf(event: KeyboardEvent): Action | undefined {
  if (event.altKey || event.repeat) return undefined;
  const modified = isModified(event);
  return actions.find(({ keys }) =>
    keys.some(
      (one) =>
        one.key === event.key &&
        (one.modified ?? false) === modified &&
        !(modified && event.shiftKey) &&
        !(one.key.length === 1 && !modified && isTyping(event)),
    ),
  )?.name;
}
