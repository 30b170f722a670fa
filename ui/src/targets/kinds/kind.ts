import type { Component } from 'svelte';
import type { Destination, Location, SecretField } from '@/backend';
import type { Icon } from '@/components/icon';

/** Props of the fields of a kind. */
export type FieldsProps<L extends Location> = { target: Destination; location: L; stored: boolean };

/** What the window needs to know of a kind of target. */
export type TargetKind<L extends Location> = {
  /** What the kind is called. */
  word: () => string;
  /** What its presets are called together. */
  group: () => string;
  icon: Icon;
  /** Its own fields; null where it cannot be edited. */
  Fields: Component<FieldsProps<L>, object, 'location'> | null;
  /** What its secret is called. */
  secretWord: () => string;
  secret: (location: L) => SecretField | null;
  withSecret: (location: L, secret: SecretField) => L;
  /** The address that names its host. */
  address: (location: L) => string;
  /** The address and the folders below it. */
  parts: (location: L) => string[];
  /** What has to be filled in, but for the secret. */
  needed: (location: L) => string[];
  /** Its values with their labels, to carry over one by one. */
  lines: (location: L) => [string, string][];
};
