import type { Code, ErrorBody } from '@/backend';

/** A failure to show: the core's error, or something that came from nowhere. */
export type Failure = Omit<ErrorBody, 'code'> & { code: Code | 'unexpected' };

function isError(thrown: unknown): thrown is ErrorBody {
  return (
    typeof thrown === 'object' &&
    thrown !== null &&
    'code' in thrown &&
    'message' in thrown &&
    'hint' in thrown
  );
}

/** Nothing is known beyond the detail. */
export const noContext: ErrorBody['context'] = {
  status: null,
  call: null,
  lostBecause: null,
  target: null,
  backupNotMade: false,
  safetyCopy: null,
};

/** What was thrown, as something that can be shown. */
export function toFailure(thrown: unknown): Failure {
  if (isError(thrown)) return thrown;
  return {
    code: 'unexpected',
    message: '',
    hint: '',
    original: thrown instanceof Error ? thrown.message : String(thrown),
    retryAfterSeconds: null,
    detail: null,
    context: noContext,
  };
}
