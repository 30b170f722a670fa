/** The build may play on sample data; false in production, so that it is left out. */
declare const __SAMPLE__: boolean;

/** What `scripts/licences.js` collects at the build: its own file. */
declare module 'virtual:licences' {
  export type Licensed = {
    name: string;
    version: string;
    /** As an SPDX expression. */
    licence: string;
    from: 'Rust' | 'npm';
    /** Where its text is in `texts`. */
    text: number;
  };
  const licences: { packages: Licensed[]; texts: string[] };
  export default licences;
}
