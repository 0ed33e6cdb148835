/** Whether this is `npm run test:long`: some files have more tests there. */
export const isLong = process.env.BOOTDEV_LONG === 'yes';
