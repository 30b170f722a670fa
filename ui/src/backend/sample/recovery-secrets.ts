import type { CandidateAnswer, KnownEvidence, SecretEvidence } from '../bindings';
import type { Trouble } from './recovery-trouble';
import { before } from './world';

const hour = 3600_000;
const day = 24 * hour;
/** The secret that is right in this world. */
const oldSecret = 'correct-horse-battery-staple-0123456789';
/** The one that is made. */
export const newSecret = 'Tz3nK8wq_Vb2LrYc7JdXh5Me-Gs9FpQa1NuRo4CiZk6Wt0BvEyHj3SxUl8DmPf2Ag';

function answer(candidate: string, readable: boolean): CandidateAnswer {
  const tooShort = candidate.length < 32;
  if (!readable) return { verdict: 'unknown', reason: 'no-signed-token', tooShort };
  return candidate === oldSecret
    ? { verdict: 'right', reason: 'signed-this-token', tooShort }
    : { verdict: 'wrong', reason: 'did-not-sign-this-token', tooShort };
}

/** What each candidate is. */
export function answers(against: SecretEvidence, candidates: string[]): CandidateAnswer[] {
  const readable = against.type !== 'pasted' || against.text.length > 20;
  return candidates.map((candidate) => answer(candidate, readable));
}

/** What there is to test against. */
export function evidence(trouble: Trouble, profileId: string): KnownEvidence[] {
  if (trouble.testValue !== 'kept' && trouble.secret !== 'changed') return [];
  return [
    { type: 'kept-token', profileId, issuedAt: before(2 * day), expiresAt: before(2 * day - 2 * hour) },
  ];
}
