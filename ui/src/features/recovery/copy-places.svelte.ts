import type { Fact, FactDetail, Step, SourceChoice } from '@/backend';
import type { Recovery } from './recovery.svelte';

/** The targets that were opened to look for copies: what is made from the copies reads from them. */
export class CopyPlaces {
  targets = $state.raw<SourceChoice[]>([]);

  leave(): void {
    this.targets = [];
  }
}

function stepOf(recovery: Recovery, kind: Step['kind']): Step | undefined {
  return recovery.case?.steps.find((step) => step.kind === kind);
}

/** The names that facts of a kind in the proof of a step have. */
export function named(recovery: Recovery, kind: Step['kind'], detail: FactDetail): string[] {
  const facts: Fact[] = stepOf(recovery, kind)?.proof ?? [];
  return facts.flatMap((fact) => (fact.detail === detail && fact.original ? [fact.original] : []));
}
