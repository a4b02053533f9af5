/** Crockford's base 32: digits and letters without I, L, O and U. */
const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';

/**
 * The two check digits of a ROR id without them (ISO 7064 mod 97-10 over base 32). Every change of one character and
 * every swap of two neighbours is found: both move the number by less than a multiple of 97, a prime.
 */
export function checkRor(body: string): string {
  let rest = 0;
  for (const character of body) rest = (rest * 32 + alphabet.indexOf(character)) % 97;
  return String(98 - ((rest * 100) % 97)).padStart(2, '0');
}

/** The check character of fifteen digits of an ISNI or ORCID (ISO 7064 mod 11-2). */
export function checkMod11(digits: string): string {
  let rest = 0;
  for (const digit of digits) rest = ((rest + Number(digit)) * 2) % 11;
  const check = (12 - rest) % 11;
  return check === 10 ? 'X' : String(check);
}
