import type { Playbook } from '@/backend';

/** What the help shows: the keys, or what a playbook does. */
export type HelpPage = 'shortcuts' | Playbook;

class Help {
  /** The page that is open. */
  page = $state<HelpPage>();

  show(page: HelpPage): void {
    this.page = page;
  }

  close(): void {
    this.page = undefined;
  }
}

/** The help of the window. */
export const help = new Help();
