/** nginx' directives: which a site may use, which not and why. What is in neither list is refused too: it is not known to be harmless. */

const words = (text: string) => text.trim().split(/\s+/);

/** Without a look at their values. `*` at the end: all that begin so. */
const harmless = words(`
  absolute_redirect allow auth_basic auth_request auth_request_set autoindex* break charset charset_map charset_types
  client_body_buffer_size client_body_timeout client_header_timeout client_max_body_size default_type deny etag gunzip gunzip_buffers gzip*
  if_modified_since internal keepalive_disable keepalive_requests keepalive_time keepalive_timeout large_client_header_buffers limit_conn
  limit_conn_dry_run limit_conn_log_level limit_conn_status limit_conn_zone limit_rate limit_rate_after limit_req limit_req_dry_run
  limit_req_log_level limit_req_status limit_req_zone lingering_* log_not_found map_hash_* max_ranges merge_slashes mirror mirror_request_body
  msie_padding msie_refresh open_file_cache* output_buffers override_charset port_in_redirect postpone_output
  proxy_buffer_size proxy_buffering proxy_buffers proxy_busy_buffers_size proxy_connect_timeout proxy_cookie_domain proxy_cookie_flags
  proxy_cookie_path proxy_force_ranges proxy_headers_hash_* proxy_hide_header proxy_http_version proxy_ignore_client_abort
  proxy_ignore_headers proxy_intercept_errors proxy_limit_rate proxy_method proxy_next_upstream* proxy_pass_header
  proxy_pass_request_body proxy_pass_request_headers proxy_read_timeout proxy_redirect proxy_request_buffering proxy_send_lowat
  proxy_send_timeout proxy_set_body proxy_set_header proxy_socket_keepalive proxy_ssl_name proxy_ssl_protocols proxy_ssl_server_name
  proxy_ssl_session_reuse proxy_ssl_verify proxy_ssl_verify_depth recursive_error_pages referer_hash_* reset_timedout_connection
  rewrite_log satisfy secure_link secure_link_md5 secure_link_secret send_lowat send_timeout sendfile sendfile_max_chunk
  server_name_in_redirect server_tokens source_charset sub_filter sub_filter_last_modified sub_filter_once sub_filter_types tcp_nodelay
  tcp_nopush types_hash_* uninitialized_variable_warn userid* valid_referers variables_hash_*
`);

/** In an `upstream` block, besides `server`. */
export const inUpstream: ReadonlySet<string> = new Set(
  words('hash ip_hash keepalive keepalive_requests keepalive_time keepalive_timeout least_conn random zone'),
);

const cache = 'the micro-cache promises that nobody gets the page of another: cache.* in bootdev.yaml configures it';
const certificates = 'TLS ends at the load balancer, and keys are no configuration';
const paths = 'its files are where bootdev has them';
const elsewhere = 'PHP is asked over its one socket: set $script and $path_info, then include page.conf';

/** By the beginning of the name: the first that fits says why. */
const refused: readonly [RegExp, string][] = [
  [/^(?:load_module|perl|perl_.*|lua_.*|.*_by_lua.*|js_.*)$/, 'programs inside nginx run with its rights: write PHP'],
  [/^(?:fastcgi|scgi|uwsgi|grpc|proxy|memcached)_(?:cache.*|no_cache|store.*|temp_.*|bind)$/, cache],
  [/^fastcgi_.*$/, elsewhere],
  [/^(?:scgi|uwsgi|grpc|memcached)_.*$/, 'only PHP and HTTP (proxy_pass) are behind nginx'],
  [/^server$/, "the site's server {} is the one: what is in nginx/server/ becomes part of it"],
  [/^(?:listen|server_name)$/, 'the load balancer sends requests to port 80; names are site.domain in bootdev.yaml'],
  [/^(?:ssl_.*|proxy_ssl_.*|http2|http3|quic_.*)$/, certificates],
  [
    /^(?:set_real_ip_from|real_ip_.*|underscores_in_headers|ignore_invalid_headers)$/,
    "the visitor's address comes from the load balancer only",
  ],
  [/^(?:error_log|log_format|open_log_file_cache|log_subrequest)$/, 'logs go to bootdev logs web-1'],
  [
    /^(?:resolver|resolver_.*)$/,
    'names are resolved when nginx starts, so that no answer of DNS can lead elsewhere later',
  ],
  [
    /^(?:user|pid|worker_.*|daemon|master_process|env|events|http|stream|mail|lock_file|working_directory|thread_pool|pcre_jit|ssl_engine|debug_.*)$/,
    'it is about the whole program, which serves more than this',
  ],
  [/^(?:.*_temp_path|client_body_in_file_only|dav_.*|create_full_put_path|disable_symlinks)$/, paths],
  [/^stub_status$/, 'bootdev status shows it'],
  [/^ssi.*$/, 'a page that shows what a visitor wrote would run his commands'],
];

export type Verdict = { known: true } | { known: false; why: string };

const isHarmless = (name: string) =>
  harmless.some((each) => (each.endsWith('*') ? name.startsWith(each.slice(0, -1)) : name === each));

/** Of a directive that has no check of its own. */
export function judge(name: string): Verdict {
  if (isHarmless(name)) return { known: true };
  const [, why] = refused.find(([pattern]) => pattern.test(name)) ?? [];
  return { known: false, why: why ?? 'it is not among the directives that bootdev knows to be harmless' };
}
