// Signs a request for an object of the bucket with the site's own credentials, as S3 asks for it: Signature Version 4,
// https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html

import crypto from 'crypto';
import fs from 'fs';

const endpoint = '@S3_ENDPOINT@';
const region = '@S3_REGION@';

// On AWS root puts others there every 20 minutes.
function credentials() {
  const text = fs.readFileSync('/run/secrets/app/aws-credentials', 'utf8');
  const value = (name) => (text.match(new RegExp(`^${name} *= *(\\S+)`, 'm')) || [])[1] || '';
  return { key: value('aws_access_key_id'), secret: value('aws_secret_access_key'), token: value('aws_session_token') };
}

const date = () => new Date().toISOString().replace(/[-:]|\.\d+/g, '');
const token = () => credentials().token;

function authorization(r) {
  const mine = credentials();
  const time = r.variables.bucket_date;
  const names = ['host', 'x-amz-content-sha256', 'x-amz-date'].concat(mine.token ? 'x-amz-security-token' : []).join(';');
  const request = [
    'GET',
    r.variables.bucket_path,
    '',
    `host:${endpoint.replace(/^\w+:\/\//, '')}`,
    'x-amz-content-sha256:UNSIGNED-PAYLOAD',
    `x-amz-date:${time}`,
  ].concat(mine.token ? `x-amz-security-token:${mine.token}` : [], '', names, 'UNSIGNED-PAYLOAD');
  const scope = [time.slice(0, 8), region, 's3', 'aws4_request'];
  const toSign = ['AWS4-HMAC-SHA256', time, scope.join('/'), sha256(request.join('\n'))].join('\n');
  const key = scope.reduce((last, part) => hmac(last, part), `AWS4${mine.secret}`);
  return `AWS4-HMAC-SHA256 Credential=${mine.key}/${scope.join('/')}, SignedHeaders=${names}, Signature=${hmac(key, toSign).toString('hex')}`;
}

const sha256 = (text) => crypto.createHash('sha256').update(text).digest('hex');
const hmac = (key, text) => crypto.createHmac('sha256', key).update(text).digest();

export default { authorization, date, token };
