/** What Settings offers. */
export type ThemeChoice = 'system' | 'light' | 'dark';

const kept = 'desk.theme';

class Theme {
  choice = $state<ThemeChoice>('system');

  constructor() {
    const choice = localStorage.getItem(kept);
    if (choice === 'light' || choice === 'dark') this.choice = choice;
  }

  choose(choice: ThemeChoice): void {
    this.choice = choice;
    localStorage.setItem(kept, choice);
    this.apply();
  }

  /** Puts the choice on <html>, where app.css looks for it. */
  apply(): void {
    if (this.choice === 'system') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = this.choice;
  }
}

/** Light, dark, or as the system has it. */
export const theme = new Theme();
