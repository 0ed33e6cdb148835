/** What the SDK throws, in the user's words: each with what to do. */
import { expect, test } from 'vitest';
import { translate } from '../../../src/io/aws/errors/translate.ts';

const said = (error: object) => {
  const { message, hint, code } = translate(error, 'ec2', { region: 'af-south-1' }) as Error & Record<string, string>;
  return { text: `${message} → ${hint}`, code };
};

const expired = 'Signature expired: 20261129T000000Z is now earlier than 20261129T002500Z (20261129T003000Z - 5 min.)';
const early =
  'Signature not yet current: 20261129T120000Z is still later than 20261129T003500Z (20261129T003000Z + 5 min.)';

test.each<[object, RegExp]>([
  [{ name: 'SignatureDoesNotMatch', message: expired }, /clock is 30 min 00 s behind AWS's\. → sudo /],
  [{ name: 'InvalidSignatureException', message: early }, /clock is 11 h 30 min ahead of AWS's\. → sudo /],
  [
    { name: 'RequestTimeTooSkewed', RequestTime: '20261129T000000Z', ServerTime: '2026-12-01T03:00:00Z' },
    /clock is 2 d 3 h behind AWS's/,
  ],
  [
    { code: 'CERT_NOT_YET_VALID' },
    /the certificate of ec2 in af-south-1 is not valid\. → if that is not the time now: sudo /,
  ],
  [{ code: 'SELF_SIGNED_CERT_IN_CHAIN' }, /nobody whom this computer trusts .* → .*NODE_EXTRA_CA_CERTS=FILE/],
  [
    { name: 'OptInRequired' },
    /cannot use ec2 in af-south-1 yet .* → a new account: .* aws account enable-region --region-name af-south-1/,
  ],
])('%j', (error, text) => {
  expect(said(error).text).toMatch(text);
  expect(said(error).code).toBe(1);
});

test('a signature that is wrong at the right time is a wrong key', () => {
  const message = 'The request signature we calculated does not match the signature you provided.';
  expect(said({ name: 'SignatureDoesNotMatch', message })).toMatchObject({
    ...{ text: expect.stringContaining('does not accept these credentials'), code: 4 },
  });
});
