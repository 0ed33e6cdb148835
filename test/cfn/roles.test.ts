/** What machines may do on AWS that run the site's code: as little as somebody may get who has taken the site over. */
import { describe, expect, test } from 'vitest';
import { type Resource, templates } from './template.ts';

interface Statement {
  Effect: string;
  Sid: string;
  Action: string | string[];
  Resource: unknown;
}
const all = templates().flatMap(({ name, Resources }) =>
  Object.entries(Resources as Record<string, Resource>).map(([id, resource]) => ({ name, id, resource })),
);
const byId = (template: string, id: string) => all.find((it) => it.name === template && it.id === id)?.resource;

/** Each launch template with its UserData and the statements of its role. */
const machines = all
  .filter(({ resource }) => resource.Type === 'AWS::EC2::LaunchTemplate')
  .map(({ name, id, resource }) => {
    const data = JSON.stringify(resource.Properties?.LaunchTemplateData);
    const profile = /"IamInstanceProfile":\{"Arn":\{"Fn::GetAtt":"?\[?"?(\w+)/.exec(data)?.[1] ?? '';
    const [role] = (byId(name, profile)?.Properties?.Roles ?? []) as { Ref: string }[];
    return { id, name, role: role?.Ref ?? '', data, statements: statementsOf(name, role?.Ref ?? '') };
  });
function statementsOf(template: string, role: string): Statement[] {
  const policies = byId(template, role)?.Properties?.Policies as { PolicyDocument: { Statement: Statement[] } }[];
  return policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
}
const runsTheSite = machines.filter(({ data }) => data.includes(`BOOTDEV_RELEASE=$\{Release}`));
const actions = ({ Action }: Statement) => [Action].flat();

test('web and admin run the code of the site', () => {
  expect(runsTheSite.map(({ role }) => role).sort()).toEqual(['AdminRole', 'WebRole']);
});

describe.each(runsTheSite)('$role', ({ data, statements }) => {
  test("cannot read the database's master secret, nor is told where it is", () => {
    const readers = statements.filter((it) => actions(it).some((action) => action.startsWith('secretsmanager:')));
    expect(readers.map(({ Sid }) => Sid)).toEqual(['OwnSecrets']);
    expect(JSON.stringify(readers)).not.toMatch(/Master|"\*"|:secret:/);
    expect(data).not.toContain('Master');
  });

  test('has no right of its own to the media: those are a role of their own, for an hour', () => {
    expect(JSON.stringify(statements)).not.toContain('MediaBucket');
    expect(data).toContain(`BOOTDEV_MEDIA_ROLE=$\{MediaRoleArn}`);
  });
});

test('the role that the site gets opens the bucket of media and nothing else, to these two machines', () => {
  const both = statementsOf('50-files', 'MediaRole');
  const denied = both.find(({ Effect }) => Effect === 'Deny');
  const statements = both.filter((it) => it !== denied);
  expect(denied).toMatchObject({ Effect: 'Deny', Action: ['s3:PutObject', 's3:DeleteObject'] }); // what releases have put there
  expect(JSON.stringify(denied?.Resource)).toContain('/assets/*');
  expect(statements.flatMap(actions).sort()).toEqual([
    's3:DeleteObject',
    's3:GetObject',
    's3:ListBucket',
    's3:PutObject',
  ]);
  for (const { Resource } of statements) expect(JSON.stringify(Resource)).toMatch(/:s3:::\$\{MediaBucket\}(\/\*)?"/);
  const trust = byId('50-files', 'MediaRole')?.Properties?.AssumeRolePolicyDocument as { Statement: object[] };
  expect(trust.Statement).toMatchObject([
    { Condition: { StringEquals: { 'aws:PrincipalTag/bootdev:site': { Ref: 'Project' } } } },
  ]);
  const tagged = all.filter(
    ({ resource }) =>
      resource.Type === 'AWS::IAM::Role' && JSON.stringify(resource.Properties?.Tags ?? []).includes('bootdev:site'),
  );
  expect(tagged.map(({ id }) => id)).toEqual(['WebRole', 'AdminRole']);
  const allowed = machines.filter(({ statements }) => statements.some((it) => actions(it).includes('sts:AssumeRole')));
  expect(allowed.map(({ role }) => role).sort()).toEqual(['AdminRole', 'WebRole']);
});

test('a machine ends the launch of its own group alone, and counts nothing but what is ours', () => {
  for (const { role, data, statements } of machines) {
    const own = /BOOTDEV_RESOURCE=(\w+)/.exec(data)?.[1];
    const asked = statements.filter((it) => actions(it).some((action) => action.startsWith('autoscaling:')));
    expect(
      asked.map(({ Resource }) => JSON.stringify(Resource).split('autoScalingGroupName/')[1]),
      role,
    ).toEqual([`$\{AWS::StackName}-${own}-*"}`]);
    for (const it of statements.filter((each) => actions(each).includes('cloudwatch:PutMetricData')))
      expect(it).toMatchObject({ Condition: { StringEquals: { 'cloudwatch:namespace': 'bootdev' } } });
  }
});

test('a machine writes its own log, and reads none', () => {
  const names: Record<string, string> = { SearchRole: 'solr', Files1Role: 'gluster-1', Files2Role: 'gluster-2' };
  for (const { role, data, statements } of machines) {
    const logs = statements.filter((it) => actions(it).some((action) => action.startsWith('logs:')));
    // The one that makes the database's account ends, and its boot log is in the bucket.
    expect(data.includes('BOOTDEV_LOG_GROUP=$'), role).toBe(role !== 'AccountRole');
    if (role === 'AccountRole') expect(logs).toEqual([]);
    else {
      const name = names[role] ?? role.replace('Role', '').toLowerCase();
      const group = `log-group:$\{MachineLogGroup}:log-stream:${name}/*`;
      expect(
        logs.map((it) => [...actions(it), String(Object.values(it.Resource as object)).split(':logs:')[1]]),
      ).toEqual([['logs:CreateLogStream', 'logs:PutLogEvents', `$\{AWS::Region}:$\{AWS::AccountId}:${group}`]]);
    }
  }
});

test('one machine can read the master secret: it gets no code of the site', () => {
  const readers = machines.filter(({ statements }) => JSON.stringify(statements).includes('DatabaseMasterSecretArn'));
  expect(readers.map(({ role }) => role)).toEqual(['AccountRole']);
  for (const { data, statements } of readers) {
    expect(data).toMatch(/BOOTDEV_RELEASE=\\n/);
    expect(JSON.stringify(statements)).not.toContain('/releases/');
  }
});

test('the first node alone writes the keys to the shared files; a key of the nodes is read by nodes alone', () => {
  const may = (action: string, secret: string) =>
    machines
      .filter(({ statements }) =>
        statements.some((it) => actions(it).includes(action) && JSON.stringify(it.Resource).includes(secret)),
      )
      .map(({ role }) => role)
      .sort();
  expect(may('secretsmanager:PutSecretValue', 'FilesNodeSecret')).toEqual(['Files1Role']);
  expect(may('secretsmanager:PutSecretValue', 'FilesClientSecret')).toEqual(['Files1Role']);
  expect(may('secretsmanager:GetSecretValue', 'FilesNodeSecret')).toEqual(['ArbiterRole', 'Files1Role', 'Files2Role']);
  expect(may('secretsmanager:GetSecretValue', 'FilesClientSecretArn')).toEqual(['AdminRole', 'WebRole']);
  expect(may('secretsmanager:PutSecretValue', '')).toEqual(['Files1Role']);
});

test("the database's backups are admin's: it may list and delete where it works, and no machine may delete an older version", () => {
  const may = (action: string) =>
    machines.flatMap(({ role, statements }) =>
      statements
        .filter((it) => actions(it).includes(action))
        .map(({ Resource, ...rest }) => {
          const places = [...JSON.stringify(Resource).matchAll(/:s3:::\$\{\w+\}([^"]*)/g)].map(([, place]) => place);
          return [
            role,
            ...places,
            ...[JSON.stringify((rest as { Condition?: object }).Condition ?? '')].filter((it) => it !== '""'),
          ];
        }),
    );
  expect(may('s3:DeleteObject')).toEqual([
    ['AdminRole', '/backups/*'],
    ['AdminRole', '/requests/*'],
  ]);
  expect(may('s3:ListBucket')).toEqual([
    ['WebRole', '', '{"StringLike":{"s3:prefix":"data/*"}}'],
    ['AdminRole', '', '{"StringLike":{"s3:prefix":["backups/*","requests/*","data/*"]}}'],
  ]);
  expect(may('s3:DeleteObjectVersion')).toEqual([]);
});
