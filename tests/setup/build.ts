import { execFileSync } from 'node:child_process';
import { defaults } from './server.ts';

/** Builds once before all tests, and prepares the dataset that most of them serve. */
export default function build(): void {
  execFileSync('npm', ['run', '--silent', 'build'], { stdio: 'inherit' });
  execFileSync(process.execPath, ['dist/main.js', 'prepare', '--store', defaults.store], { stdio: 'inherit' });
}
