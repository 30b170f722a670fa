import type { Component } from 'svelte';
import type { Destination, Location, SecretField } from '@/backend';
import type { Icon } from '@/components/icon';

/** A target's location of one kind. */
export type LocationOf<T extends Location['type']> = Extract<Location, { type: T }>;

/** Props of the fields of a kind. */
export type FieldsProps<T extends Location['type']> = {
  /** Whose findings are shown at the fields. */
  target: Pick<Destination, 'id'>;
  location: LocationOf<T>;
  /** The server has a secret of this kind for it. */
  stored: boolean;
};

/** Everything the window knows of one kind of target. */
export type TargetKind<T extends Location['type']> = {
  /** What the kind is called. */
  word: () => string;
  /** What its presets are called together. */
  group: () => string;
  icon: Icon;
  /** The fields of its place; null when it cannot be changed here. */
  Fields: Component<FieldsProps<T>, object, 'location'> | null;
  /** The web address it is reached at; empty when unknown. */
  address: (location: LocationOf<T>) => string;
  /** Where it is below that address, part by part. */
  folder: (location: LocationOf<T>) => string[];
  /** Each value with its label, without the secret. */
  values: (location: LocationOf<T>) => [label: string, value: string][];
  /** The values without which no server can use it. */
  needed: (location: LocationOf<T>) => string[];
  secret: (location: LocationOf<T>) => SecretField;
  secretLabel: () => string;
  /** The same place with another secret. */
  withSecret: (location: LocationOf<T>, secret: SecretField) => LocationOf<T>;
  /** Its settings can be changed here. */
  editable: boolean;
};
