/**
 * Secrets in Git by SOPS and age: a key pair in the cluster (`keygen.ts`), the rules that a blueprint generates
 * (`rules.ts`), and files by these rules (`files.ts`), which the program sops encrypts (`program.ts`). No private key
 * and no value of a file is ever printed. Begin here.
 */
import { Command } from 'commander';
import { type ClusterFlags, clusterOptions } from '../session/flags.ts';
import { runOnCluster } from '../session/run-on-cluster.ts';
import type { CheckOptions, RotateOptions } from './files.ts';
import type { KeygenOptions } from './keygen.ts';
import type { SopsTools } from './tools.ts';

const TIMEOUT = '30s';
const LONG = '10m';

/** The command `sops` with those below it. */
export function createSopsCommand(tools: SopsTools): Command {
  const group = new Command('sops').description('keys, rules and files for secrets in Git, by SOPS and age');
  for (const command of [
    createKeygen(tools),
    createRules(tools),
    createEncrypt(tools),
    createRotate(tools),
    createCheck(tools),
  ])
    group.addCommand(command);
  return group;
}

function withCluster(command: Command, timeout: string): Command {
  for (const option of clusterOptions(timeout)) command.addOption(option);
  return command;
}

const SECRET = ['--secret <name>', 'Secret with the private key', 'sops-age'] as const;

function createKeygen(tools: SopsTools): Command {
  const command = new Command('keygen')
    .description('make an age key pair: the private key into a Secret, the public one to standard output')
    .option(...SECRET)
    .option('--add', 'add it to the keys of a Secret that exists, so that files can be rotated to it')
    .action(async (options: ClusterFlags & KeygenOptions) => {
      const { makeKey } = await import('./keygen.ts');
      await runOnCluster(options, tools, (session) => makeKey(session, options, tools.ageKeys));
    });
  return withCluster(command, TIMEOUT);
}

function createRules(tools: SopsTools): Command {
  const command = new Command('rules')
    .description('print the .sops.yaml that a blueprint generates, to be committed')
    .argument('<name>', 'name of the blueprint')
    .action(async (name: string, options: ClusterFlags) => {
      const { printRules } = await import('./rules.ts');
      await runOnCluster(options, tools, (session) => printRules(session, name));
    });
  return withCluster(command, TIMEOUT);
}

function createEncrypt(tools: SopsTools): Command {
  return new Command('encrypt')
    .description('encrypt files in place by the nearest .sops.yaml, with the program sops')
    .argument('<path...>', 'file, or folder: of that what is plain though a rule wants it encrypted')
    .action(async (paths: string[]) => {
      const { encryptFiles } = await import('./files.ts');
      await encryptFiles(paths, tools);
    });
}

function createRotate(tools: SopsTools): Command {
  const command = new Command('rotate')
    .description('encrypt encrypted files anew: to the keys that .sops.yaml names now, by a new data key')
    .argument('<path...>', 'file, or folder with all below it')
    .option('--from-cluster', 'decrypt with the private keys of the Secret, which are told to sops alone')
    .option(...SECRET)
    .action(async (paths: string[], options: ClusterFlags & RotateOptions) => {
      const { rotateFiles } = await import('./files.ts');
      if (options.fromCluster !== true) {
        await rotateFiles(paths, tools, []);
        return;
      }
      const { readKeys } = await import('./keygen.ts');
      await runOnCluster(options, tools, async (session) => {
        await rotateFiles(paths, tools, await readKeys(session, options.secret));
      });
    });
  return withCluster(command, LONG);
}

function createCheck(tools: SopsTools): Command {
  const command = new Command('check')
    .description('say which files are plain though a rule wants them encrypted, or encrypted to other keys')
    .argument('<path...>', 'file, or folder with all below it')
    .option('--cluster', 'also say which files the private keys of the Secret do not decrypt')
    .option(...SECRET)
    .addHelpText('after', '\nExit codes: 0 if nothing is wrong; 1 if a file is, or cannot be read.')
    .action(async (paths: string[], options: ClusterFlags & CheckOptions) => {
      const { checkFiles } = await import('./files.ts');
      if (options.cluster !== true) {
        await checkFiles(paths, tools, undefined);
        return;
      }
      const { readRecipients } = await import('./keygen.ts');
      await runOnCluster(options, tools, async (session) => {
        await checkFiles(paths, tools, await readRecipients(session, options.secret, tools.ageKeys));
      });
    });
  return withCluster(command, TIMEOUT);
}
