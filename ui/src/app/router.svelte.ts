/** Where the window is: `#/backups?target=a&path=b`. */
export type Place = { path: string; query: URLSearchParams };

function parse(hash: string): Place {
  const [path = '', query = ''] = hash.replace(/^#/, '').split('?');
  return { path: path || '/', query: new URLSearchParams(query) };
}

class Router {
  /** Asked before the window goes to another place; a no keeps it where it is. */
  guard: ((next: Place) => boolean) | undefined;
  #hash = location.hash;
  place = $state.raw<Place>(parse(location.hash));
  /** The first part of the path: which screen. */
  screen = $derived(this.place.path.split('/')[1] ?? '');
  /** The rest of the path, such as a job's number. */
  detail = $derived(decodeURIComponent(this.place.path.split('/').slice(2).join('/')));

  constructor() {
    window.addEventListener('hashchange', () => this.arrive());
  }

  /** Follows the address, unless the guard keeps the window where it is. */
  arrive(): void {
    if (location.hash === this.#hash) return;
    const next = parse(location.hash);
    if (this.guard && !this.guard(next)) {
      history.replaceState(null, '', this.#hash || '#/');
      return;
    }
    this.#hash = location.hash;
    this.place = next;
  }
}

/** The window's place. */
export const router = new Router();

/** The address of a place, for links. */
export function href(path: string, query: Record<string, string | undefined> = {}): string {
  const set = Object.entries(query).filter((pair): pair is [string, string] => pair[1] !== undefined);
  const words = new URLSearchParams(set).toString();
  return `#${path}${words ? `?${words}` : ''}`;
}

/** Goes to a place. */
export function go(path: string, query: Record<string, string | undefined> = {}): void {
  location.hash = href(path, query);
  // jsdom and some webviews report the change later; the screen should not wait.
  router.arrive();
}
