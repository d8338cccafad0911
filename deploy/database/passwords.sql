-- The roles' passwords, from the mounted secrets; after roles.sql, when the cluster is made. Never on a command line.
\set owner_password `cat "${SECRETS:-/run/secrets}/owner_password"`
\set app_password `cat "${SECRETS:-/run/secrets}/app_password"`
alter role fascicle_owner password :'owner_password';
alter role fascicle_app password :'app_password';
