import type { Connection, ConnectionForm, SecretField } from '@/backend';

const direct: Connection = {
  caFile: null,
  proxy: null,
  proxyHasLogin: false,
  headers: [],
  httpAccepted: false,
};

/** A header in the form, and whether the keyring has its value. */
type Header = { id: number; name: string; value: SecretField; stored: boolean };

/** Connection settings while someone fills them in. Secrets that are kept stay unseen. */
export class ConnectionDraft {
  caFile = $state('');
  proxy = $state('');
  proxyLogin = $state<SecretField>({ type: 'unset' });
  headers = $state<Header[]>([]);
  httpAccepted = $state(false);
  /** The keyring has the proxy's login. */
  hasLogin = $state(false);
  #begun = '';
  #next = 0;

  constructor(connection: Connection = direct) {
    this.start(connection);
  }

  /** Begins from what is kept. */
  start(connection: Connection): void {
    this.caFile = connection.caFile ?? '';
    this.proxy = connection.proxy ?? '';
    this.hasLogin = connection.proxyHasLogin ?? false;
    this.proxyLogin = this.hasLogin ? { type: 'kept' } : { type: 'unset' };
    this.headers = (connection.headers ?? []).map((name) => this.#header(name, true));
    this.httpAccepted = connection.httpAccepted ?? false;
    this.#begun = JSON.stringify(this.form());
  }

  #header(name: string, stored: boolean): Header {
    return { id: this.#next++, name, value: stored ? { type: 'kept' } : { type: 'unset' }, stored };
  }

  addHeader(): void {
    this.headers.push(this.#header('', false));
  }

  removeHeader(id: number): void {
    this.headers = this.headers.filter((header) => header.id !== id);
  }

  /** Something is set that differs from a direct connection. */
  get used(): boolean {
    return this.caFile !== '' || this.proxy !== '' || this.headers.length > 0;
  }

  /** Something was changed since it began. */
  get changed(): boolean {
    return JSON.stringify(this.form()) !== this.#begun;
  }

  /** What goes to the core; headers without a name and value are no one's. */
  form(): ConnectionForm {
    const proxy = this.proxy.trim();
    return {
      caFile: this.caFile.trim() || null,
      proxy: proxy || null,
      proxyLogin: proxy ? $state.snapshot(this.proxyLogin) : { type: 'unset' },
      headers: this.headers
        .filter((header) => header.name.trim() !== '' || header.value.type !== 'unset')
        .map(({ name, value }) => ({ name: name.trim(), value: $state.snapshot(value) })),
      httpAccepted: this.httpAccepted,
    };
  }
}

/** Plain http to another computer: someone has to accept that on purpose. */
export function needsConsent(serverUrl: string): boolean {
  const typed = serverUrl.trim();
  if (!/^http:\/\//i.test(typed)) return false;
  try {
    const { hostname } = new URL(typed);
    return !/^(localhost|.*\.localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
  } catch {
    return false;
  }
}
