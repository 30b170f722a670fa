/**
 * A computer set to the "C" or "POSIX" locale gives that as the language, which
 * is no language tag: everything that hands it to Intl would throw. Imported
 * before anything that does.
 */
function isTag(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag).length > 0;
  } catch {
    return false;
  }
}

if (!isTag(navigator.language)) {
  Object.defineProperty(navigator, 'language', { value: 'en-US', configurable: true });
  Object.defineProperty(navigator, 'languages', { value: ['en-US'], configurable: true });
}
