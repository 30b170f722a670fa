import type { CandidateAnswer, Error, KnownEvidence, SecretEvidence } from '../bindings';
import data from './data/secrets.json';
import type { SimulatedServer } from './simulated-server';
import { before } from './world';

const hour = 3600_000;
const day = 24 * hour;
/** The one that is made. */
export const newSecret = 'Tz3nK8wq_Vb2LrYc7JdXh5Me-Gs9FpQa1NuRo4CiZk6Wt0BvEyHj3SxUl8DmPf2A';

/** Written by a test of the core, which tests the candidates. */
const recorded = data as unknown as {
  pasted: { text: string; against: Against }[];
  answers: Record<Against, Answers>;
  nonsense: Error;
};

type Against = keyof typeof data.answers;
type Answers = {
  known: Record<string, CandidateAnswer>;
  wrong: CandidateAnswer;
  wrongAndShort: CandidateAnswer;
};

/** The secret that is right in this world. */
export const oldSecret = data.right;

/** What each candidate is. */
export function answers(against: SecretEvidence, candidates: string[]): CandidateAnswer[] {
  const { known, wrong, wrongAndShort } = recorded.answers[read(against)];
  return candidates.map((candidate) => known[candidate] ?? (candidate.length < 32 ? wrongAndShort : wrong));
}

/** Finds out what was pasted: one of the recorded texts, or nonsense. */
function read(against: SecretEvidence): Against {
  if (against.type !== 'pasted') return 'token';
  const found = recorded.pasted.find(({ text }) => text === against.text.trim());
  if (!found) throw recorded.nonsense;
  return found.against;
}

/** What there is to test against. */
export function evidence(trouble: SimulatedServer, profileId: string): KnownEvidence[] {
  if (trouble.testValue !== 'kept' && trouble.secret !== 'changed') return [];
  return [
    { type: 'kept-token', profileId, issuedAt: before(2 * day), expiresAt: before(2 * day - 2 * hour) },
  ];
}
