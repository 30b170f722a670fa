import { m } from '@/messages/messages';
import type { Failure } from './failure';
import type { Words } from './wording';

/** Why a connection, an answer or a keyring was not what it should be, when `cause` says so. */
const causes: Partial<Record<Failure['code'], Record<string, Words>>> = {
  'host-unreachable': {
    proxy: { sentence: m.error_proxy_unnamed, hint: m.error_proxy_hint },
    'proxy-login': { sentence: m.error_proxy_login, hint: m.error_proxy_login_hint },
    'proxy-refusal': { sentence: m.error_proxy_refusal, hint: m.error_proxy_refusal_hint },
  },
  'keyring-unavailable': {
    silent: { sentence: m.error_keyring_silent, hint: m.hint_keyring_silent },
    missing: { sentence: m.error_keyring_missing, hint: m.hint_keyring_missing },
    locked: { sentence: m.error_keyring_locked, hint: m.hint_keyring_locked },
  },
  'tls-failed': {
    expired: { sentence: m.tls_expired, hint: m.tls_expired_hint },
    name: { sentence: m.tls_name, hint: m.tls_name_hint },
    issuer: { sentence: m.tls_issuer, hint: m.tls_issuer_hint },
    'self-signed': { sentence: m.tls_self_signed, hint: m.tls_self_signed_hint },
  },
  'not-node-warden': {
    gateway: { sentence: m.error_gateway, hint: m.error_gateway_hint },
    firewall: { sentence: m.error_firewall, hint: m.error_firewall_hint },
    https: { sentence: m.error_https, hint: m.error_https_hint },
  },
};

const rate = { sentence: m.cloudflare_rate, hint: m.cloudflare_rate_hint };
const daily = { sentence: m.cloudflare_daily, hint: m.cloudflare_daily_hint };
const crashed = { sentence: m.cloudflare_crashed, hint: m.cloudflare_crashed_hint };
const limits = { sentence: m.cloudflare_limits, hint: m.cloudflare_limits_hint };
const origin = { sentence: m.cloudflare_origin, hint: m.cloudflare_origin_hint };
const certificate = { sentence: m.cloudflare_certificate, hint: m.cloudflare_certificate_hint };
const nowhere = { sentence: m.cloudflare_nowhere, hint: m.cloudflare_nowhere_hint };
const blocked = { sentence: m.cloudflare_blocked, hint: m.cloudflare_blocked_hint };
const lost = { sentence: m.cloudflare_lost, hint: m.cloudflare_lost_hint };

const numbers: Record<string, Words> = {
  '521': origin,
  '522': origin,
  '523': origin,
  '524': origin,
  '525': certificate,
  '526': certificate,
  '530': nowhere,
  '1015': rate,
  '1027': daily,
  '1101': crashed,
  '1102': limits,
};

/** What the number of a page of Cloudflare means; the code says which kind it is. */
function cloudflareWords(code: Failure['code'], number: string): Words {
  const known = numbers[number];
  if (known) return known;
  if (code === 'not-node-warden') return blocked;
  if (code === 'host-unreachable') return lost;
  return { sentence: () => m.cloudflare_page({ number }), hint: m.cloudflare_page_hint };
}

/** Cloudflare's own statuses: an origin or a worker answers none of these. */
function ownStatus(status: string | undefined): string | undefined {
  return status && /^5[2-3]\d$/.test(status) ? status : undefined;
}

/** What stood between this computer and the server, as far as the values tell. */
export function networkWords({ code, values }: Failure): Words | undefined {
  const number = values.cloudflare ?? (code === 'server-failed' ? ownStatus(values.status) : undefined);
  if (number) return cloudflareWords(code, number);
  const { cause, proxy } = values;
  const known = cause === undefined ? undefined : causes[code]?.[cause];
  if (known && cause === 'proxy' && proxy) return { ...known, sentence: () => m.error_proxy({ proxy }) };
  return known;
}
