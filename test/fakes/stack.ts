/** One stack of the fake CloudFormation: its state, its events, and the operation that advances when its events are read. */
import { randomUUID } from 'node:crypto';
import { differences } from './differences.ts';
import type { FakeChange, FakeChangeSet, FakeEvent, FakeResource, Script } from './stack-types.ts';
import { resolveTemplate, type Value } from './template-values.ts';

type Step = () => void;

export class FakeStack {
  readonly id: string;
  status = 'REVIEW_IN_PROGRESS';
  reason = '';
  body = '';
  parameters: Record<string, string> = {};
  outputs: Record<string, string> = {};
  tags: Record<string, string> = {};
  protected = false;
  /** Of the request that began the operation: the same one again is no other. */
  token: string | null = null;
  resources = new Map<string, FakeResource>();
  events: FakeEvent[] = [];
  changeSets = new Map<string, FakeChangeSet>();
  private queue: Step[] = [];
  /** Restores what was there before the operation. */
  private undo: (() => void) | undefined;

  readonly name: string;
  readonly region: string;
  private readonly account: string;
  private readonly script: Script;

  constructor(name: string, region: string, account: string, script: Script) {
    this.name = name;
    this.region = region;
    this.account = account;
    this.script = script;
    this.id = `arn:aws:cloudformation:${region}:${account}:stack/${name}/${randomUUID()}`;
  }

  /** Some steps of the operation; a held resource stays where it is. */
  tick(steps = 20): void {
    for (let done = 0; done < steps; done++) {
      const step = this.queue[0];
      if (!step) return;
      const held = (step as Step & { resource?: string }).resource;
      if (held && this.script.hold.has(`${this.name}/${held}`)) return;
      this.queue.shift();
      step();
    }
  }

  resolve(body: string, parameters: Record<string, string>) {
    return resolveTemplate(body, {
      ...{ stack: this.name, region: this.region, account: this.account, parameters },
      physical: (resource) => this.resources.get(resource)?.physical ?? this.physicalName(resource, {}),
    });
  }

  private physicalName(resource: string, properties: Value): string {
    return properties.BucketName ?? `${this.name}-${resource}`.toLowerCase();
  }

  difference(body: string, parameters: Record<string, string>): FakeChange[] {
    return differences(this.resources, this.resolve(body, parameters).resources);
  }

  execute({ create, body, parameters, tags, changes }: FakeChangeSet): void {
    this.changeSets.clear();
    const before = { body: this.body, parameters: this.parameters, resources: new Map(this.resources) };
    this.undo = () => Object.assign(this, before);
    Object.assign(this, { tags });
    const verb = create ? 'CREATE' : 'UPDATE';
    this.say(`${verb}_IN_PROGRESS`, 'User Initiated');
    const { resources: desired } = this.resolve(body, parameters);
    for (const [index, change] of changes.entries()) {
      if (change.Action === 'Remove') continue;
      const { LogicalResourceId: name, Replacement } = change;
      const word = change.Action === 'Add' ? 'CREATE' : 'UPDATE';
      this.later(() => {
        const target = desired.get(name);
        if (!target) return;
        const physical = this.physicalName(name, target.properties);
        this.resources.set(name, { ...target, physical, status: `${word}_IN_PROGRESS` });
        const replacing = 'Requested update requires the creation of a new physical resource; hence creating one.';
        this.happens(
          name,
          `${word}_IN_PROGRESS`,
          this.script.reasons.get(`${this.name}/${name}`) ?? (Replacement === 'True' ? replacing : ''),
        );
      });
      const made = desired.get(name);
      const refused =
        made && word === 'CREATE' ? this.script.refuses({ ...made, physical: '', status: '' }) : undefined;
      const failure = this.script.fail.get(`${this.name}/${name}`) ?? refused;
      if (failure !== undefined) {
        const next = changes.slice(index + 1).find(({ Action }) => Action !== 'Remove')?.LogicalResourceId;
        this.later(() => {
          this.happens(name, `${word}_FAILED`, failure);
          const companion = next ? desired.get(next) : undefined;
          if (next && companion) {
            this.resources.set(next, { ...companion, physical: '', status: `${word}_FAILED` });
            this.happens(next, `${word}_FAILED`, `Resource ${create ? 'creation' : 'update'} cancelled`);
          }
          this.rollBack(create, name);
        }, name);
        return;
      }
      this.later(() => {
        this.happens(name, `${word}_COMPLETE`, '');
        const made = this.resources.get(name);
        if (made && word === 'CREATE') this.script.onCreate(made);
      }, name);
    }
    this.later(() => {
      this.body = body;
      this.parameters = parameters;
      const replaced = changes.filter(({ Action, Replacement }) => Action === 'Remove' || Replacement === 'True');
      if (!create) this.say('UPDATE_COMPLETE_CLEANUP_IN_PROGRESS', '');
      for (const { LogicalResourceId: name, Action, PolicyAction = 'Delete' } of replaced) {
        const kept = /Retain/.test(PolicyAction);
        this.happens(name, kept ? 'DELETE_SKIPPED' : 'DELETE_COMPLETE', '');
        if (Action === 'Remove') this.resources.delete(name);
      }
      this.outputs = { ...this.resolve(body, parameters).outputs, ...this.script.outputs.get(this.name) };
      this.say(`${verb}_COMPLETE`, '');
    });
  }

  private rollBack(create: boolean, resource: string): void {
    this.queue = [];
    const fails = `The following resource(s) failed to ${create ? 'create' : 'update'}: [${resource}].`;
    if (create) {
      this.say('ROLLBACK_IN_PROGRESS', `${fails} Rollback requested by user.`);
      for (const [name, made] of [...this.resources].reverse()) {
        if (made.deletion === 'Retain') {
          this.later(() => this.happens(name, 'DELETE_SKIPPED', ''));
          continue;
        }
        this.later(() => this.happens(name, 'DELETE_IN_PROGRESS', ''));
        this.later(() => {
          const refused = this.script.onDelete(made);
          this.happens(name, refused === undefined ? 'DELETE_COMPLETE' : 'DELETE_FAILED', refused ?? '');
          if (refused === undefined) this.resources.delete(name);
        });
      }
      this.later(() => {
        const left = [...this.resources].some(([, { status }]) => status === 'DELETE_FAILED');
        this.say(left || this.script.failRollback.has(this.name) ? 'ROLLBACK_FAILED' : 'ROLLBACK_COMPLETE', '');
      });
      return;
    }
    this.say('UPDATE_ROLLBACK_IN_PROGRESS', fails);
    this.goBack();
  }

  private goBack(): void {
    if (this.script.failRollback.has(this.name)) {
      this.later(() => this.say('UPDATE_ROLLBACK_FAILED', 'The following resource(s) failed to update.'));
      return;
    }
    this.later(() => {
      this.undo?.();
      this.say('UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS', '');
    });
    this.later(() => this.say('UPDATE_ROLLBACK_COMPLETE', ''));
  }

  cancel(): void {
    this.queue = [];
    this.say('UPDATE_ROLLBACK_IN_PROGRESS', 'User Initiated');
    this.goBack();
  }

  continueRollback(): void {
    this.script.failRollback.delete(this.name);
    this.say('UPDATE_ROLLBACK_IN_PROGRESS', 'User Initiated');
    this.goBack();
  }

  delete(): void {
    this.queue = [];
    this.say('DELETE_IN_PROGRESS', 'User Initiated');
    for (const [name, resource] of [...this.resources].reverse()) {
      if (resource.deletion.startsWith('Retain')) {
        this.later(() => this.happens(name, 'DELETE_SKIPPED', ''));
        continue;
      }
      this.later(() => this.happens(name, 'DELETE_IN_PROGRESS', ''), name);
      this.later(() => {
        const failure = this.script.fail.get(`${this.name}/${name}/delete`) ?? this.script.onDelete(resource);
        if (failure === undefined) {
          this.happens(name, 'DELETE_COMPLETE', '');
          this.resources.delete(name);
          return;
        }
        this.happens(name, 'DELETE_FAILED', failure);
        this.queue = [];
        this.later(() => this.say('DELETE_FAILED', `The following resource(s) failed to delete: [${name}].`));
      });
    }
    this.later(() => this.say('DELETE_COMPLETE', ''));
  }

  private later(step: Step, resource?: string): void {
    this.queue.push(resource ? Object.assign(() => step(), { resource }) : step);
  }

  say(status: string, reason: string): void {
    this.status = status;
    this.reason = reason;
    this.push(this.name, this.id, 'AWS::CloudFormation::Stack', status, reason);
  }

  private happens(name: string, status: string, reason: string): void {
    const resource = this.resources.get(name);
    if (resource) resource.status = status;
    this.push(name, resource?.physical ?? '', resource?.type ?? '', status, reason);
  }

  private push(logical: string, physical: string, type: string, status: string, reason: string): void {
    this.events.push({
      ...{ EventId: randomUUID(), StackId: this.id, StackName: this.name, Timestamp: new Date() },
      ...{ LogicalResourceId: logical, PhysicalResourceId: physical, ResourceType: type, ResourceStatus: status },
      ...(reason ? { ResourceStatusReason: reason } : {}),
    });
  }
}
