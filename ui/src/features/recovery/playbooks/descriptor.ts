import type { Component } from 'svelte';
import type { FindingKind, PlaybookPath, Step, StepKind } from '@/backend';
import type { Icon } from '@/components/icon';
import type { Recovery } from '../recovery.svelte';

/** What is to be done in a step, while it is open. */
export type StepView = {
  component: Component<{ recovery: Recovery; step: Step }>;
  /** The outcome is shown although the step is done. */
  keeps?: (recovery: Recovery, step: Step) => boolean;
};

/** A path through a playbook, as someone chooses it. */
export type PathChoice = {
  path: PlaybookPath;
  icon: Icon;
  title: () => string;
  text: () => string;
  foot: () => string;
};

/** What the window knows of a playbook. Which steps it has and what proves them is the core's. */
export type PlaybookDescriptor = {
  title: () => string;
  text: () => string;
  paths: PathChoice[];
  /** The other playbook that it may be, and how that is asked. */
  other?: { playbook: string; title: () => string };
  /** The settings can be taken from a backup instead. */
  offline: boolean;
  /** Whether one may continue working as long as a finding is there. */
  goOn: Partial<Record<FindingKind, () => string>>;
  /** The steps that only this playbook has. */
  steps: Partial<Record<StepKind, StepView>>;
};
