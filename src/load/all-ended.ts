/**
 * The results of works that run side by side. When one of them fails, it throws what that one has thrown, but not before
 * the others have ended too: what they still write would come after the folder is taken away, or make it anew.
 */
export async function allEnded<const T extends readonly Promise<unknown>[]>(
  works: T,
): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> {
  try {
    return await Promise.all(works);
  } finally {
    await Promise.allSettled(works);
  }
}
