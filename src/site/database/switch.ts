import type { Event } from '../../events.ts';
import type { Context } from '../../project/context.ts';
import { askData } from '../../replica/database/machine.ts';
import { siteDatabase } from '../../replica/database/site-database.ts';
import { findMachines } from '../../replica/find.ts';
import { forgetPages } from '../../replica/site/pages.ts';
import { up } from '../../replica/up/up.ts';
import { step } from '../../steps.ts';

/**
 * Makes every machine use the database that is the site's by the database machine's own words. Killed anywhere, the next `bootdev up`, and
 * the next command about data, does it. Not to be called with the replica's lock held.
 */
export async function* followDatabase(context: Context, text: string): AsyncGenerator<Event, void> {
  await siteDatabase(context, await findMachines(context));
  const notices: Event[] = [];
  yield* step({ id: 'switch', text }, async () => {
    for await (const event of up(context)) {
      // What every `up` says of the code is no news here.
      if (event.type === 'notice' && event.level === 'warning') notices.push(event);
    }
    await askData(context, 'settle');
    await forgetPages(context);
  });
  yield* notices;
}
