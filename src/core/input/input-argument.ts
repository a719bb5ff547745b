/** Where a command reads: standard input, a file or folder, or a path of a revision in Git. */
export type InputArgument =
  { from: 'stdin' } | { from: 'path'; path: string } | { from: 'git'; revision: string; path: string };

/** What is wrong with an argument, in a sentence. */
export interface Fault {
  fault: string;
}

const GIT = 'git:';

/** The longest name of a revision, in characters. */
const MAX_REVISION = 256;
/** The longest path, in characters, as Linux has it. */
const MAX_PATH = 4096;

/** Reads what stands for FILE on the command line: a path, `-`, or `git:REV:PATH`. */
export function parseInputArgument(text: string): InputArgument | Fault {
  if (text === '-') return { from: 'stdin' };
  if (text === '') return { fault: 'It is empty: name a file, a folder, or - for standard input.' };
  if (text.includes('\0')) return { fault: 'It holds a NUL, which no path has.' };
  return text.startsWith(GIT) ? parseGit(text.slice(GIT.length)) : { from: 'path', path: text };
}

function parseGit(text: string): InputArgument | Fault {
  const colon = text.indexOf(':');
  if (colon === -1)
    return { fault: 'It must be git:REV:PATH, such as git:main:clusters or git:v1.2:. for all.' };
  const [revision, path] = [text.slice(0, colon), text.slice(colon + 1)];
  const fault = findRevisionFault(revision) ?? findPathFault(path);
  return fault === undefined ? { from: 'git', revision, path } : { fault };
}

/** What Git allows in no name of a branch or tag, beside `^`, `~` and `@{`, which lead from one to another commit. */
const NO_REVISION = /[\0-\x20\x7f\\[*?:]|\.\./;

function findRevisionFault(revision: string): string | undefined {
  if (revision === '') return 'It names no revision: write git:REV:PATH, such as git:main:clusters.';
  if (revision.startsWith('-'))
    return 'A revision cannot begin with a hyphen, for it would be an option of git.';
  if (revision.startsWith('^')) return 'A revision cannot begin with ^, which means all commits but these.';
  if (revision.length > MAX_REVISION) return `A revision has ${MAX_REVISION} characters at most.`;
  if (NO_REVISION.test(revision))
    return 'A revision is the name of one commit, such as main, v1.2, HEAD~1 or a SHA, without spaces.';
  return undefined;
}

// eslint-disable-next-line no-control-regex -- control characters are what it looks for
const CONTROL = /[\0-\x1f\x7f]/;

function findPathFault(path: string): string | undefined {
  if (path === '') return 'It names no path: write git:REV:PATH, or git:REV:. for the whole revision.';
  if (path.startsWith('/'))
    return 'The path of a revision begins at the root of the repository, without a slash.';
  if (path.length > MAX_PATH) return `A path has ${MAX_PATH} characters at most.`;
  if (CONTROL.test(path))
    return 'The path of a revision cannot hold line breaks or other control characters.';
  return undefined;
}

/**
 * How Git names an object of a commit, for `git rev-parse`. As in Git, a path begins at the root of the repository; one
 * that begins with `./` or `../`, at the current folder.
 */
export function objectName(commit: string, path: string): string {
  const trimmed = withoutSlashes(path);
  return `${commit}:${trimmed === '.' ? '' : trimmed}`;
}

/** How messages name a file of a revision that lies below the folder of an argument. */
export function nameBelow(argument: { revision: string; path: string }, path: string): string {
  const folder = withoutSlashes(argument.path);
  return `${GIT}${argument.revision}:${folder === '.' ? '' : `${folder}/`}${path}`;
}

/** A path without slashes at its end. */
function withoutSlashes(path: string): string {
  let end = path.length;
  while (end > 1 && path[end - 1] === '/') end -= 1;
  return path.slice(0, end);
}

/** How messages name what is read: as the user wrote it, or would. */
export function nameInput(argument: InputArgument): string {
  if (argument.from === 'stdin') return 'standard input';
  return argument.from === 'path' ? argument.path : `${GIT}${argument.revision}:${argument.path}`;
}
