import type { Notes } from './check.ts';
import { Elsewhere, type Reply } from './client.ts';
import { askedOf, told } from './instance.ts';

/** Notes why a check could not go on with something: nothing that an instance sends may end the whole. */
export function noteError(notes: Notes, asked: string, error: unknown): void {
  if (error instanceof Elsewhere) notes.warn(asked, error.message);
  else notes.fail(asked, error instanceof Error ? `${error}` : String(error));
}

/** Looks at each of some things; what goes wrong with one is noted, and the others are looked at all the same. */
export async function lookAtEach<T>(
  notes: Notes,
  items: readonly T[],
  name: (item: T) => string,
  look: (item: T) => Promise<void>,
): Promise<void> {
  await Promise.all(
    items.map(async (item) => {
      try {
        await look(item);
      } catch (error) {
        noteError(notes, name(item), error);
      }
    }),
  );
}

/** Expects an answer of a status, and of a type if one is given. */
export function expectReply(
  notes: Notes,
  reply: Reply,
  status: number,
  type?: string,
  asked = askedOf(reply),
): boolean {
  const sent = reply.headers['content-type']?.toLowerCase() ?? '';
  const fits = type === undefined || sent === type || sent.startsWith(`${type};`);
  const wanted = `${status}${type === undefined ? '' : ` ${type}`}`;
  return notes.expect(
    reply.status === status && fits,
    asked,
    reply.status === status && fits ? told(reply) : `${told(reply)} instead of ${wanted}`,
  );
}

/** Some of a list, in words. */
export const some = (items: readonly string[]): string =>
  items.length > 3 ? `${items.slice(0, 3).join(', ')} and ${items.length - 3} more` : items.join(', ');
