/** Tells on stderr what is going on: in place when it is a terminal, not at all otherwise. */
export function showProgress(message: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[2K${message}`);
}

/** Takes the progress line away. */
export const endProgress = (): void => showProgress('');

/** Talks to people: never on stdout, which is for data. */
export const say = (message: string): void => {
  endProgress();
  process.stderr.write(`${message}\n`);
};
