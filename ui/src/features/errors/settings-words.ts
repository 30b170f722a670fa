import { m } from '@/messages/messages';
import type { Failure } from './failure';

type Words = { sentence: () => string; hint: () => string };

/** For whom the portable part is wrapped, where that is not the account. */
const wrapped: Record<string, Words> = {
  absent: { sentence: m.error_portable_absent, hint: m.hint_portable_unusable },
  nobody: { sentence: m.error_portable_nobody, hint: m.hint_portable_unusable },
  others: { sentence: m.error_portable_others, hint: m.hint_portable_others },
};

/** Requests of a recovery that lead nowhere, by the reason the core names. */
const reasons: Record<string, Words> = {
  'no-evidence': { sentence: m.error_no_evidence, hint: m.hint_no_evidence },
  'nothing-kept': { sentence: m.error_nothing_kept, hint: m.hint_nothing_kept },
  'not-needed': { sentence: m.error_repair_not_needed, hint: m.hint_repair_not_needed },
};

/** What stored backup settings and the keys to them fail with, where the code alone says less. */
export function settingsWords({ code, values }: Failure): Words | undefined {
  const { bits, version, part, source, reason } = values;
  switch (code) {
    case 'no-wrap-for-account':
      return values.wrapped === undefined ? undefined : wrapped[values.wrapped];
    case 'account-keys-unreadable':
      return bits === undefined
        ? undefined
        : { sentence: () => m.error_rsa_bits({ bits }), hint: m.hint_rsa_bits };
    case 'envelope-version-unknown':
      if (version === undefined) return undefined;
      if (version === 'unreadable')
        return { sentence: m.error_envelope_version_unreadable, hint: m.hint_envelope_damaged };
      return {
        sentence: () => m.error_envelope_version({ version }),
        hint: m.hint_envelope_version_unknown,
      };
    case 'envelope-damaged':
      return part === 'none' ? { sentence: m.error_no_settings, hint: m.hint_no_settings } : undefined;
    case 'wrong-password':
      return source === 'backup'
        ? { sentence: m.error_wrong_password_then, hint: m.hint_wrong_password_then }
        : undefined;
    case 'password-needed':
      return reason === 'handle' ? { sentence: m.error_closed_again, hint: m.hint_closed_again } : undefined;
    case 'invalid-request':
      return reason === undefined ? undefined : reasons[reason];
    default:
      return undefined;
  }
}
