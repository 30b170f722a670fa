import type { RestorePlan, Stage } from '@/backend';

/** A line of the live stages. */
export type Step = { stage: Stage | 'safety-copy'; state: 'done' | 'current' | 'ahead' };

const keepingCopy: Stage[] = ['export-collect-data', 'export-package-archive', 'downloading'];

/** The stages of a restore in their order, as far as they are known beforehand. */
function expected(source: RestorePlan['source']['type'], safetyCopy: boolean): Step['stage'][] {
  const start: Step['stage'][] =
    source === 'local' ? ['uploading', 'restore-received'] : ['restore-fetch-archive'];
  return [
    ...(safetyCopy ? (['safety-copy'] as const) : []),
    ...start,
    'restore-create-shadow',
    'restore-import-data',
    'restore-files',
    'restore-finalize',
  ];
}

/** Where a restore is. A stage outside the list leaves it where it was. */
export function steps(
  source: RestorePlan['source']['type'],
  safetyCopy: boolean,
  stage: Stage | null,
  furthest: number,
): { steps: Step[]; at: number } {
  const list = expected(source, safetyCopy);
  const named = stage && keepingCopy.includes(stage) ? 'safety-copy' : stage;
  const found = named ? list.indexOf(named) : -1;
  const at = Math.max(furthest, found);
  return {
    at,
    steps: list.map((one, index) => ({
      stage: one,
      state: index < at ? 'done' : index === at ? 'current' : 'ahead',
    })),
  };
}
