import { expect, test } from '@jest/globals';
import { redactMessage } from '../../../src/kube/http/redact.ts';

test.each([
  [
    'a text',
    'spec.proxy: Invalid value: "socks5://me:s3cr3t@proxy": spec.proxy in body should match \'^http\'',
    "spec.proxy: Invalid value: ***: spec.proxy in body should match '^http'",
  ],
  [
    'a text with quotes, colons and commas',
    String.raw`spec.a: Invalid value: "s3cr3t\": x, \\": too odd`,
    'spec.a: Invalid value: ***: too odd',
  ],
  [
    'an object',
    'spec.b: Invalid value: {"a":{"password":"s3cr3t: }, x"},"b":[1,2]}: must not be set',
    'spec.b: Invalid value: ***: must not be set',
  ],
  [
    'a number',
    'spec.size: Invalid value: -1234567: spec.size in body',
    'spec.size: Invalid value: ***: spec.size in body',
  ],
  [
    'a value that is not one of those allowed',
    'spec.type: Unsupported value: "s3cr3t": supported values: "slack", "teams"',
    'spec.type: Unsupported value: ***: supported values: "slack", "teams"',
  ],
  ['a value twice', 'spec.list[1]: Duplicate value: {"name":"s3cr3t"}', 'spec.list[1]: Duplicate value: ***'],
  [
    'several at once',
    'X "a" is invalid: [spec.a: Invalid value: "s3cr3t": no, spec.b: Duplicate value: "s3cr3t", spec.c: Required value]',
    'X "a" is invalid: [spec.a: Invalid value: ***: no, spec.b: Duplicate value: ***, spec.c: Required value]',
  ],
  [
    'the last of several',
    'X "a" is invalid: [spec.a: Required value, spec.b: Duplicate value: 12]',
    'X "a" is invalid: [spec.a: Required value, spec.b: Duplicate value: ***]',
  ],
  [
    'a value in the place of another type',
    'failed to create typed patch object (a/b; v1, Kind=ConfigMap): .data.key: expected string, got &value.valueUnstructured{Value:map[string]interface {}{"a":"s3cr3t"}}',
    'failed to create typed patch object (a/b; v1, Kind=ConfigMap): .data.key: expected string, got ***',
  ],
  [
    'no value, but the reason alone',
    'X "a" is invalid: spec.b[0]: Invalid value: the suffix cannot be changed: its objects would go',
    'X "a" is invalid: spec.b[0]: Invalid value: the suffix cannot be changed: its objects would go',
  ],
  [
    'a reason with brackets',
    'spec: Invalid value: rollout (approval, windows) is not there yet: leave it out',
    'spec: Invalid value: rollout (approval, windows) is not there yet: leave it out',
  ],
  ['a plain word', 'spec.a: Invalid value: s3cr3t: no such word', 'spec.a: Invalid value: ***: no such word'],
  [
    'a value in the form of Go',
    'spec.a: Invalid value: v1.Some{A:"s3cr3t: x"}: not so',
    'spec.a: Invalid value: ***: not so',
  ],
  ['a value that never ends', 'spec.a: Invalid value: "s3cr3t', 'spec.a: Invalid value: ***'],
  ['nothing', 'namespaces "apps" not found', 'namespaces "apps" not found'],
])('of a refusal that repeats %s nothing else is lost', (_, message, masked) => {
  expect(redactMessage(message)).toBe(masked);
});

test('what stands where secrets may stand is not repeated, however a policy words it', () => {
  const sent = {
    metadata: { name: 'podinfo', namespace: 'production' },
    spec: {
      values: { database: { password: 's3cr3t-one', quoted: 'a"s3cr3t-two' } },
      postBuild: { substitute: { TOKEN: 's3cr3t-three' } },
      address: 'https://hooks.example.com/s3cr3t-four',
      values2: ['kept-by-policy'],
    },
    data: { 'key.pem': 'first line\ns3cr3t-five\n' },
  };
  const message =
    'denied in production: {"password":"s3cr3t-one","quoted":"a\\"s3cr3t-two"} s3cr3t-three and s3cr3t-five, https://hooks.example.com/s3cr3t-four, kept-by-policy';
  const masked = redactMessage(message, sent);
  expect(masked).not.toContain('s3cr3t');
  expect(masked).toContain('denied in production');
  expect(masked).toContain('kept-by-policy');
});

test('short words are left where they are', () => {
  expect(redactMessage('replicas must be 2, not false', { spec: { values: { a: 'false', b: '2' } } })).toBe(
    'replicas must be 2, not false',
  );
});

test('of a message of a megabyte no more is kept than a condition takes', () => {
  const masked = redactMessage('x'.repeat(65_530) + 's3cr3t'.repeat(200_000), {
    data: { a: 's3cr3t'.repeat(3) },
  });
  expect(masked).toBe('x'.repeat(32_768));
});
