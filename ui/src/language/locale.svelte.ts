import { overwriteGetLocale, type Locale } from '@/messages/runtime';

/** What Settings offers: the system's language, or one of ours. */
export type LanguageChoice = 'system' | Locale;

const kept = 'desk.language';

function fromSystem(): Locale {
  const wanted = navigator.languages?.length ? navigator.languages : [navigator.language];
  const first = wanted.find((tag) => /^(zh|en)\b/i.test(tag));
  return first && /^zh/i.test(first) ? 'zh-CN' : 'en';
}

function isChoice(text: string | null): text is LanguageChoice {
  return text === 'system' || text === 'en' || text === 'zh-CN';
}

class Language {
  choice = $state<LanguageChoice>('system');
  current = $derived<Locale>(this.choice === 'system' ? fromSystem() : this.choice);

  constructor() {
    const choice = localStorage.getItem(kept);
    if (isChoice(choice)) this.choice = choice;
    // Messages read this on every call, so a screen is redrawn when it changes.
    overwriteGetLocale(() => this.current);
  }

  choose(choice: LanguageChoice): void {
    this.choice = choice;
    localStorage.setItem(kept, choice);
  }
}

/** The language of the window. */
export const language = new Language();
