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

/** What was thrown, as something that can be shown. */
export function toFailure(thrown: unknown): Failure {
  if (isError(thrown)) return thrown;
  const words = thrown instanceof Error ? thrown.message : String(thrown);
  return { code: 'unexpected', message: '', hint: '', original: words, retryAfterSeconds: null, values: {} };
}
