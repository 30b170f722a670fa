/** The build may play on sample data; false in production, so that it is left out. */
declare const __SAMPLE__: boolean;
