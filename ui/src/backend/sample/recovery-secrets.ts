import type {
  CandidateAnswer,
  CandidateReason,
  KnownEvidence,
  NearMiss,
  SecretEvidence,
  Verdict,
} from '../bindings';
import type { SimulatedServer } from './simulated-server';
import { before, coreError } from './world';

const hour = 3600_000;
const day = 24 * hour;
/** The secret that is right in this world. */
const oldSecret = 'correct-horse-battery-staple-0123456789';
/** The one that is made. */
export const newSecret = 'Tz3nK8wq_Vb2LrYc7JdXh5Me-Gs9FpQa1NuRo4CiZk6Wt0BvEyHj3SxUl8DmPf2A';

/** What a candidate is tested against. */
type Against = 'token' | 'settings' | 'no-runtime';

/** Reads what was pasted, as the core does: a token, settings, or neither. */
function read(text: string): Against {
  if (/^(Bearer )?"?[\w-]+\.[\w-]+\.[\w-]+"?$/.test(text.trim())) return 'token';
  if (text.includes('"portable"')) return text.includes('"runtime"') ? 'settings' : 'no-runtime';
  throw coreError('no-evidence');
}

const reasons: Record<Against, Record<Verdict, CandidateReason>> = {
  token: { right: 'signed-this-token', wrong: 'did-not-sign-this-token', unknown: 'no-signed-token' },
  settings: {
    right: 'opens-these-settings',
    wrong: 'does-not-open-these-settings',
    unknown: 'no-runtime-part',
  },
  'no-runtime': { right: 'no-runtime-part', wrong: 'no-runtime-part', unknown: 'no-runtime-part' },
};

/** What would have to go for the candidate to be right. */
function nearly(candidate: string): NearMiss | null {
  if (candidate.trim() === oldSecret) return 'without-blanks';
  if (candidate.replace(/\p{Cf}/gu, '') === oldSecret) return 'without-invisible';
  if (candidate.replace(/^["']|["']$/g, '') === oldSecret) return 'without-quotes';
  return candidate.includes(oldSecret) && candidate.startsWith('JWT_SECRET') ? 'without-name' : null;
}

/** What each candidate is. */
export function answers(against: SecretEvidence, candidates: string[]): CandidateAnswer[] {
  const what = against.type === 'pasted' ? read(against.text) : 'token';
  return candidates.map((candidate) => {
    const verdict = what === 'no-runtime' ? 'unknown' : candidate === oldSecret ? 'right' : 'wrong';
    return {
      verdict,
      reason: reasons[what][verdict],
      tooShort: candidate.length < 32,
      nearly: verdict === 'wrong' ? nearly(candidate) : null,
    };
  });
}

/** What there is to test against. */
export function evidence(trouble: SimulatedServer, profileId: string): KnownEvidence[] {
  if (trouble.testValue !== 'kept' && trouble.secret !== 'changed') return [];
  return [
    { type: 'kept-token', profileId, issuedAt: before(2 * day), expiresAt: before(2 * day - 2 * hour) },
  ];
}
