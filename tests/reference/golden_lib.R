# Functions of the reference scripts. Engines: lme4/lmerTest/pbkrtest, nlme::gls, mmrm, emmeans, mvtnorm
# plus `oracle`: a plain per-subject (uncompressed) Newton polish of the REML criterion with closed-form derivatives.
suppressMessages({library(lme4); library(lmerTest); library(pbkrtest); library(nlme); library(emmeans); library(mvtnorm); library(jsonlite)})
HAVE_MMRM <- requireNamespace("mmrm", quietly = TRUE); if (HAVE_MMRM) suppressWarnings(suppressMessages(library(mmrm)))
emm_options(lmerTest.limit = 1e5, pbkrtest.limit = 1e5, mmrm = list())
vers <- function(p) if (requireNamespace(p, quietly = TRUE)) as.character(packageVersion(p)) else NA
VERSIONS <- c(R = paste(R.version$major, R.version$minor, sep = "."), sapply(c("lme4", "lmerTest", "pbkrtest", "nlme", "emmeans", "mvtnorm", "ordinal", "glmmTMB", "mmrm", "TMB", "Matrix"), vers))
mat <- function(M) unname(as.matrix(M)); num <- function(x) unname(as.numeric(x))
prep <- function(file) { d <- read.csv(file, stringsAsFactors = FALSE); for (v in c("id", "arm", "site", "sex", "Subject", "Sex")) if (!is.null(d[[v]])) d[[v]] <- factor(d[[v]], levels = unique(if (v == "arm") intersect(c("control", "placebo", "A", "low", "B", "active", "high"), d[[v]]) else sort(unique(as.character(d[[v]]))))); if (!is.null(d$week)) d$visit <- factor(d$week); d }

# ---------- covariance structures in natural (variance / covariance / correlation) parameters
build <- function(kind, T, times = seq_len(T)) {
  I <- diag(T); J <- matrix(1, T, T); lag <- abs(outer(1:T, 1:T, "-")); lin <- NULL
  if (kind == "un") { lin <- list(); for (s in 1:T) for (t in 1:s) { E <- matrix(0, T, T); E[s, t] <- E[t, s] <- 1; lin <- c(lin, list(E)) } }
  if (kind %in% c("cs", "ri")) lin <- list(J, I)
  if (kind == "diag") lin <- lapply(1:T, function(s) { E <- matrix(0, T, T); E[s, s] <- 1; E })
  if (kind == "toep") lin <- lapply(0:(T - 1), function(k) (lag == k) * 1)
  if (kind == "ris") { o <- rep(1, T); lin <- list(J, outer(o, times) + outer(times, o), outer(times, times), I) }
  if (!is.null(lin)) return(list(K = length(lin), S = function(th) Reduce(`+`, Map(`*`, th, lin)), d1 = function(th) lin, d2 = function(th) NULL,
    names = switch(kind, cs =, ri = c("cov_or_sigma2_b", "sigma2_e"), ris = c("g11", "g12", "g22", "sigma2_e"), un = unlist(lapply(1:T, function(s) sprintf("s%d%d", s, 1:s))), toep = sprintf("lag%d", 0:(T - 1)), diag = sprintf("v%d", 1:T)), from = function(Sg) num(qr.coef(qr(sapply(lin, c)), c(Sg)))))
  het <- kind %in% c("ar1h", "csh", "toeph", "adh"); base <- sub("h$", "", kind); nv <- if (het) T else 1
  nr <- switch(base, ar1 = 1, cs = 1, toep = T - 1, ad = T - 1)
  corr <- function(r) switch(base, ar1 = r^lag, cs = ifelse(lag == 0, 1, r), toep = matrix(c(1, r)[lag + 1], T), ad = outer(1:T, 1:T, Vectorize(function(i, j) if (i == j) 1 else prod(r[min(i, j):(max(i, j) - 1)]))))
  S <- function(th) { v <- if (het) th[1:T] else rep(th[1], T); diag(sqrt(v)) %*% corr(th[-(1:nv)]) %*% diag(sqrt(v)) }
  K <- nv + nr
  # derivatives by high-order central differences (independent of the analytic ones under test)
  d1 <- function(th) lapply(1:K, function(k) { h <- 1e-3 * max(abs(th[k]), .1); f <- function(m) { x <- th; x[k] <- x[k] + m * h; S(x) }
    (-f(3)/60*-1 - 3/20*f(2) + 3/4*f(1) - 3/4*f(-1) + 3/20*f(-2) - f(-3)/60) / h })
  d2 <- function(th) lapply(1:K, function(k) lapply(1:K, function(l) { h <- 2e-3 * max(abs(th[l]), .1); f <- function(m) { x <- th; x[l] <- x[l] + m * h; d1(x)[[k]] }
    (f(3)/60 - 3/20*f(2) + 3/4*f(1) - 3/4*f(-1) + 3/20*f(-2) - f(-3)/60) / h }))
  list(K = K, S = S, d1 = d1, d2 = d2, names = c(sprintf("var%d", 1:nv), sprintf("rho%d", 1:nr)),
       from = function(Sg) { v <- diag(Sg); R <- cov2cor(Sg); c(if (het) v else mean(v), switch(base, ar1 = , cs = R[1, 2], toep = R[1, -1], ad = R[cbind(1:(T - 1), 2:T)])) })
}

oracle <- function(X, y, id, vis, kind, th, times = NULL, fixed0 = integer(), maxit = 30, reml = TRUE) {
  T <- max(vis); cs <- build(kind, T, if (is.null(times)) seq_len(T) else times); rows <- split(seq_along(y), id); p <- ncol(X); n <- length(y); free <- setdiff(seq_len(cs$K), fixed0)
  ev <- function(th, full = TRUE) {
    S <- cs$S(th); D <- if (full) cs$d1(th)[free]; D2 <- if (full) cs$d2(th); K <- length(free)
    XWX <- matrix(0, p, p); XWy <- numeric(p); ld <- 0
    Wl <- lapply(rows, function(r) { c <- chol(S[vis[r], vis[r], drop = FALSE]); ld <<- ld + 2 * sum(log(diag(c))); W <- chol2inv(c); Xi <- X[r, , drop = FALSE]; XWX <<- XWX + t(Xi) %*% W %*% Xi; XWy <<- XWy + t(Xi) %*% W %*% y[r]; W })
    Phi <- solve(XWX); b <- num(Phi %*% XWy); rr <- y - num(X %*% b)
    f <- ld + sum(mapply(function(r, W) sum(rr[r] * (W %*% rr[r])), rows, Wl)) + (if (reml) determinant(XWX)$modulus - p * log(2 * pi) else 0) + n * log(2 * pi)
    if (!full) return(num(f))
    P <- rep(list(matrix(0, p, p)), K); Q <- rep(list(matrix(0, p, p)), K * K); R2 <- Q; u <- matrix(0, p, K); g <- numeric(K); tWW <- RR <- t2 <- R2r <- matrix(0, K, K)
    for (i in seq_along(rows)) { r <- rows[[i]]; W <- Wl[[i]]; Xi <- X[r, , drop = FALSE]; e <- rr[r]; v <- vis[r]
      WD <- lapply(D, function(B) W %*% B[v, v, drop = FALSE]); We <- W %*% e; XW <- t(Xi) %*% W
      for (k in 1:K) { Bk <- D[[free_i(k)]][v, v, drop = FALSE]; P[[k]] <- P[[k]] - XW %*% Bk %*% t(XW); u[, k] <- u[, k] - XW %*% Bk %*% We; g[k] <- g[k] + sum(diag(WD[[k]])) - sum(We * (Bk %*% We))
        for (l in 1:K) { Bl <- D[[free_i(l)]][v, v, drop = FALSE]; N <- Bk %*% W %*% Bl; Q[[(k - 1) * K + l]] <- Q[[(k - 1) * K + l]] + XW %*% N %*% t(XW)
          RR[k, l] <- RR[k, l] + sum(We * (N %*% We)); tWW[k, l] <- tWW[k, l] + sum(WD[[k]] * t(WD[[l]]))
          if (!is.null(D2)) { B2 <- D2[[free[k]]][[free[l]]][v, v, drop = FALSE]; R2[[(k - 1) * K + l]] <- R2[[(k - 1) * K + l]] + XW %*% B2 %*% t(XW); R2r[k, l] <- R2r[k, l] + sum(We * (B2 %*% We)); t2[k, l] <- t2[k, l] + sum(W * B2) } } } }
    a <- if (reml) 1 else 0
    g <- g + a * sapply(P, function(M) sum(Phi * M)); tQ <- matrix(sapply(Q, function(M) sum(Phi * t(M))), K, byrow = TRUE); tR <- matrix(sapply(R2, function(M) sum(Phi * M)), K, byrow = TRUE)
    tPP <- outer(1:K, 1:K, Vectorize(function(k, l) sum((Phi %*% P[[k]]) * t(Phi %*% P[[l]]))))
    H <- -tWW + t2 + RR + t(RR) - R2r - 2 * t(u) %*% Phi %*% u + a * (tQ + t(tQ) - tR - tPP); E <- tWW - a * (2 * tQ - tPP)
    list(f = num(f), g = g, H = (H + t(H)) / 2, E = (E + t(E)) / 2, Phi = Phi, b = b, P = P, Q = Q, R2 = if (!is.null(D2)) R2)
  }
  free_i <- function(k) k
  cur <- ev(th)
  for (it in 1:maxit) { st <- solve(cur$H, cur$g); dec <- sum(st * cur$g); if (abs(dec) < 1e-20 || (it > 6 && abs(dec) < 1e-17)) break
    a <- 1; repeat { t2 <- th; t2[free] <- t2[free] - a * st; f <- tryCatch(ev(t2, FALSE), error = function(e) Inf); if (f <= cur$f + 1e-9 || a < 1e-6) break; a <- a / 2 }
    th <- t2; cur <- ev(th) }
  K <- length(free); Wobs <- 2 * solve(cur$H); Wexp <- 2 * solve(cur$E)
  krv <- function(W, second) { U <- matrix(0, p, p); for (k in 1:K) for (l in 1:K) U <- U + W[k, l] * (cur$Q[[(k - 1) * K + l]] - cur$P[[k]] %*% cur$Phi %*% cur$P[[l]] - if (second && !is.null(cur$R2)) cur$R2[[(k - 1) * K + l]] / 4 else 0); V <- cur$Phi + 2 * cur$Phi %*% U %*% cur$Phi; (V + t(V)) / 2 }
  dfv <- function(L, W) apply(L, 1, function(l) { lp <- num(cur$Phi %*% l); g <- -sapply(cur$P, function(M) sum(lp * (M %*% lp))); 2 * sum(l * lp)^2 / sum(g * (W %*% g)) })
  list(theta = th, names = cs$names, Sigma = cs$S(th), beta = cur$b, vcov = cur$Phi, m2ll = cur$f, grad = max(abs(cur$g)), Wobs = Wobs, Wexp = Wexp, krv = krv, dfv = dfv, fixed0 = fixed0)
}
oracle_out <- function(o, L = NULL) {
  tab <- function(L, V, df) { e <- num(L %*% o$beta); se <- sqrt(diag(L %*% V %*% t(L))); t <- e / se; list(est = e, se = num(se), df = num(df), t = t, p = 2 * pt(-abs(t), df)) }
  blk <- function(L) { do <- o$dfv(L, o$Wobs); de <- o$dfv(L, o$Wexp)
    list(satterthwaite = tab(L, o$vcov, do), kr_observed = tab(L, o$krv(o$Wobs, TRUE), do), kr_observed_linear = tab(L, o$krv(o$Wobs, FALSE), do), kr_expected = tab(L, o$krv(o$Wexp, TRUE), de), kr_expected_linear = tab(L, o$krv(o$Wexp, FALSE), de)) }
  list(theta = as.list(setNames(num(o$theta), o$names)), theta_fixed_at_zero = I(o$names[o$fixed0]), Sigma = mat(o$Sigma), beta = num(o$beta), vcov = mat(o$vcov), minus2ll = o$m2ll, logLik = -o$m2ll / 2, max_abs_gradient = o$grad,
       vcov_kr_expected_linear = mat(o$krv(o$Wexp, FALSE)), vcov_kr_observed_linear = mat(o$krv(o$Wobs, FALSE)), vcov_kr_observed = mat(o$krv(o$Wobs, TRUE)), coefficients = blk(diag(length(o$beta))), contrasts = if (!is.null(L)) blk(L))
}

# ---------- multiplicity with explicit V, df
mvt_adj <- function(est, V, df, alpha = .05) {
  se <- sqrt(diag(V)); R <- cov2cor(V); t <- est / se; k <- length(est); dfi <- max(1, round(mean(df))); ag <- GenzBretz(maxpts = 4e6, abseps = 1e-7, releps = 0)
  set.seed(1); p <- sapply(abs(t), function(q) 1 - pmvt(lower = rep(-q, k), upper = rep(q, k), corr = R, df = dfi, algorithm = ag)[1]); set.seed(1)
  cr <- uniroot(function(q) { set.seed(1); pmvt(lower = rep(-q, k), upper = rep(q, k), corr = R, df = dfi, algorithm = GenzBretz(maxpts = 4e5, abseps = 1e-6, releps = 0))[1] - (1 - alpha) }, c(1.5, 8), tol = 1e-6)$root
  list(df_used = dfi, p = num(p), critical_value = cr, lower = num(est - cr * se), upper = num(est + cr * se))
}
em_tab <- function(s) { s <- as.data.frame(s); fac <- names(s)[sapply(s, is.factor)]; list(rows = lapply(seq_len(nrow(s)), function(i) lapply(s[i, fac, drop = FALSE], as.character)), est = num(s[[intersect(c("emmean", "estimate", "response", "prob"), names(s))[1]]]), se = num(s$SE), df = num(s$df), lower = num(s[[intersect(c("lower.CL", "asymp.LCL"), names(s))[1]]]), upper = num(s[[intersect(c("upper.CL", "asymp.UCL"), names(s))[1]]]), t = num(s$t.ratio), p = num(s$p.value)) }
em_block <- function(m, specs, by = NULL, ref = 1, within = NULL, ...) {      # EMMs + contrasts vs baseline/control with adjustments
  em <- emmeans(m, specs, by = by, ...); ct <- contrast(em, "trt.vs.ctrl", ref = ref); pw <- contrast(em, "pairwise")
  V <- as.matrix(vcov(ct)); cs <- as.data.frame(summary(ct, adjust = "none", infer = c(TRUE, TRUE)))
  out <- list(specs = specs, by = by, emm_L = mat(em@linfct), emm = em_tab(summary(em)), contrast_L = mat(ct@linfct), contrast_labels = as.character(cs$contrast), contrasts = em_tab(summary(ct, adjust = "none", infer = c(TRUE, TRUE))),
    p_holm = em_tab(summary(ct, adjust = "holm"))$p, p_bonferroni = em_tab(summary(ct, adjust = "bonferroni"))$p, p_dunnettx_emmeans = em_tab(summary(ct, adjust = "dunnettx"))$p,
    pairwise_L = mat(pw@linfct), pairwise = em_tab(summary(pw, adjust = "none", infer = c(TRUE, TRUE))), pairwise_p_tukey = em_tab(summary(pw, adjust = "tukey"))$p, pairwise_p_holm = em_tab(summary(pw, adjust = "holm"))$p)
  if (is.null(by)) out$mvt <- mvt_adj(cs$estimate, V, cs$df)
  out
}
relmax <- function(a, b) { a <- unlist(a); b <- unlist(b); max(abs(a - b) / pmax(abs(b), 1e-8 * max(abs(b)))) }

# ---------- one repeated-measures case
run_case <- function(name, group, dataset, outcome, rhs, kind, d, specs = "visit", by = NULL, subjects = NULL, note = NULL, times = NULL, engines = c("lmer", "gls", "mmrm"), em = TRUE, oracle_on = TRUE, fixed0 = integer(), Fterms = TRUE, timevar = "visit", reml = TRUE, random = NULL) {
  message(">> ", name)
  d <- d[!is.na(d[[outcome]]), ]; d$visit <- droplevels(d$visit); f <- reformulate(rhs, outcome); X <- model.matrix(f, d); y <- d[[outcome]]; vis <- as.integer(d$visit); T <- nlevels(d$visit)
  out <- list(case = name, dataset = dataset, outcome = outcome, fixed = paste("~", rhs), coding = "treatment contrasts, first level = reference", covariance = kind, method = if (reml) "REML" else "ML", note = note, visits = levels(d$visit), n_obs = length(y), n_subjects = length(unique(d$id)), p = ncol(X), coef_names = colnames(X), versions = as.list(VERSIONS), engines = list()); L <- NULL; th0 <- NULL
  cs <- build(kind, T, if (is.null(times)) 1:T else times)
  if (any(c("lmer", "lmer_nokr") %in% engines) && kind %in% c("ri", "cs", "ris")) {
    fr <- if (kind == "ris") paste(rhs, "+ (1 + time | id)") else paste(rhs, "+ (1 | id)"); if (kind == "ris") d$time <- times[vis]
    call <- sprintf("lmer(%s ~ %s, REML=%s)", outcome, fr, reml)
    m <- suppressMessages(suppressWarnings(eval(bquote(lmerTest::lmer(.(as.formula(paste(outcome, "~", fr))), d, REML = .(reml), control = lmerControl(optimizer = "nloptwrap", optCtrl = list(xtol_abs = 1e-14, ftol_abs = 1e-14, xtol_rel = 0, ftol_rel = 0, maxeval = 1e5), calc.derivs = FALSE))))))
    vc <- as.data.frame(VarCorr(m)); sat <- coef(summary(m)); lev <- head(levels(d$id), 0)
    G <- as.matrix(VarCorr(m)$id); attr(G, "stddev") <- attr(G, "correlation") <- NULL; s2 <- sigma(m)^2; Z <- if (kind == "ris") cbind(1, times) else matrix(1, T, 1); Sg <- Z %*% mat(G) %*% t(Z) + diag(s2, T)
    subj <- if (is.null(subjects)) head(as.character(unique(d$id)), 3) else subjects
    e <- list(call = call, singular = isSingular(m, tol = 1e-5), beta = num(fixef(m)), vcov = mat(vcov(m)), logLik = num(logLik(m)), REMLcrit = if (reml) num(REMLcrit(m)) else NULL, minus2ll = -2 * num(logLik(m)), AIC = AIC(m), BIC = BIC(m), G = mat(G), sigma2 = s2, theta = num(getME(m, "theta")), Sigma = mat(Sg),
      satterthwaite = list(se = num(sat[, "Std. Error"]), df = num(sat[, "df"]), t = num(sat[, "t value"]), p = num(sat[, "Pr(>|t|)"])),
      subjects = lapply(subj, function(s) { r <- which(d$id == s); list(id = s, visit = as.character(d$visit[r]), y = y[r], fixed_fit = num(X[r, , drop = FALSE] %*% fixef(m)), fitted = num(fitted(m)[r]), ranef = num(ranef(m)$id[s, ])) }))
    KR <- reml && !("lmer_nokr" %in% engines); if (KR) { kr <- coef(summary(m, ddf = "Kenward-Roger")); e$kr_pbkrtest <- list(vcov = mat(vcovAdj(m)), se = num(kr[, "Std. Error"]), df = num(kr[, "df"]), t = num(kr[, "t value"]), p = num(kr[, "Pr(>|t|)"])) }
    if (Fterms) { a <- anova(m); e$anova_satterthwaite <- list(terms = rownames(a), F = num(a$`F value`), ndf = num(a$NumDF), ddf = num(a$DenDF), p = num(a$`Pr(>F)`)); if (KR) { a <- anova(m, ddf = "Kenward-Roger"); e$anova_kr <- list(terms = rownames(a), F = num(a$`F value`), ndf = num(a$NumDF), ddf = num(a$DenDF), p = num(a$`Pr(>F)`)) } }
    if (em) { e$emmeans_satterthwaite <- em_block(m, specs, by, lmer.df = "satterthwaite"); if (KR) e$emmeans_kr <- em_block(m, specs, by, lmer.df = "kenward-roger"); L <- e$emmeans_satterthwaite$contrast_L }
    out$engines$lme4 <- e; th0 <- if (kind == "ris") c(mat(G)[1, 1], mat(G)[1, 2], mat(G)[2, 2], s2) else c(mat(G)[1, 1], s2)
  }
  if ("gls" %in% engines && kind %in% c("cs", "ar1", "un", "ar1h", "csh", "diag")) {
    cor <- switch(kind, cs = , csh = corCompSymm(form = ~ as.integer(visit) | id), ar1 = , ar1h = corAR1(form = ~ as.integer(visit) | id), un = corSymm(form = ~ as.integer(visit) | id), diag = NULL); wt <- if (kind %in% c("un", "ar1h", "csh", "diag")) varIdent(form = ~ 1 | visit)
    m <- tryCatch(gls(f, d, correlation = cor, weights = wt, method = if (reml) "REML" else "ML", control = glsControl(tolerance = 1e-12, msTol = 1e-14, maxIter = 500, msMaxIter = 1000)), error = function(e) e)
    if (inherits(m, "error")) out$engines$nlme_gls <- list(error = conditionMessage(m)) else {
      out$engines$nlme_gls <- list(call = sprintf("gls(%s, cor=%s, weights=%s)", deparse1(f), class(cor)[1], if (is.null(wt)) "NULL" else "varIdent(~1|visit)"), beta = num(coef(m)), vcov = mat(vcov(m)), logLik = num(logLik(m)), sigma = m$sigma) }
  }
  if ("mmrm" %in% engines && HAVE_MMRM && kind %in% c("cs", "un", "ar1", "ar1h", "csh", "toep", "toeph", "adh")) {
    mk <- c(cs = "cs", un = "us", ar1 = "ar1", ar1h = "ar1h", csh = "csh", toep = "toep", toeph = "toeph", adh = "adh")[kind]; fm <- as.formula(sprintf("%s ~ %s + %s(visit | id)", outcome, rhs, mk))
    fitm <- function(method, vc) { for (tl in c(1e-14, 1e-13, 1e-12, 1e-11, 1e-10)) { r <- tryCatch(suppressWarnings(suppressMessages(eval(bquote(mmrm(.(fm), data = d, reml = .(reml), control = mmrm_control(method = .(method), vcov = .(vc), optimizer = "nlminb", optimizer_control = list(rel.tol = .(tl), x.tol = 1e-12, eval.max = 2000, iter.max = 2000))))))), error = function(e) e); if (!inherits(r, "error")) return(r) }
      tryCatch(suppressWarnings(suppressMessages(eval(bquote(mmrm(.(fm), data = d, reml = .(reml), method = .(method), vcov = .(vc)))))), error = function(e) e) }
    m <- fitm("Satterthwaite", "Asymptotic")
    if (inherits(m, "error")) out$engines$mmrm <- list(error = conditionMessage(m)) else {
      sm <- summary(m)$coefficients; Sg <- mat(component(m, "varcor")); e <- list(call = deparse1(fm), beta = num(coef(m)), vcov = mat(vcov(m)), logLik = num(logLik(m)), AIC = num(AIC(m)), Sigma = Sg, satterthwaite = list(se = num(sm[, 2]), df = num(sm[, 3]), t = num(sm[, 4]), p = num(sm[, 5])))
      if (reml) { k <- fitm("Kenward-Roger", "Kenward-Roger-Linear"); sk <- summary(k)$coefficients; e$kr_linear_observed <- list(vcov = mat(vcov(k)), se = num(sk[, 2]), df = num(sk[, 3]), t = num(sk[, 4]), p = num(sk[, 5])) }
      if (em) { e$emmeans_satterthwaite <- em_block(m, specs, by); if (reml) e$emmeans_kr_linear <- em_block(k, specs, by); L <- if (is.null(L)) e$emmeans_satterthwaite$contrast_L else L }
      out$engines$mmrm <- e; if (is.null(th0)) th0 <- cs$from(Sg) }
  }
  if (oracle_on && !is.null(th0)) { th0[fixed0] <- 0; o <- oracle(X, y, droplevels(d$id), vis, kind, th0, times, fixed0, reml = reml); out$oracle <- oracle_out(o, L)
    chk <- list(); for (g in names(out$engines)) { e <- out$engines[[g]]; if (is.null(e$beta)) next; q <- list(beta = relmax(e$beta, o$beta), se = relmax(sqrt(diag(e$vcov)), sqrt(diag(o$vcov))), minus2ll = abs(-2 * e$logLik - o$m2ll) / abs(o$m2ll)); if (!is.null(e$satterthwaite)) q$satt_df <- relmax(e$satterthwaite$df, out$oracle$coefficients$satterthwaite$df); if (!is.null(e$kr_pbkrtest)) { q$kr_se <- relmax(e$kr_pbkrtest$se, out$oracle$coefficients$kr_expected_linear$se); q$kr_df <- relmax(e$kr_pbkrtest$df, out$oracle$coefficients$kr_expected_linear$df) }; if (!is.null(e$kr_linear_observed)) { q$kr_se <- relmax(e$kr_linear_observed$se, out$oracle$coefficients$kr_observed_linear$se); q$kr_df <- relmax(e$kr_linear_observed$df, out$oracle$coefficients$kr_observed_linear$df) }; chk[[g]] <- q }
    out$engine_vs_oracle_max_rel_diff <- chk; print(sapply(chk, function(q) signif(unlist(q), 2))) }
  out$tolerances <- list(oracle = "1e-7 rel (estimates, SE, -2ll), 1e-6 df", lme4 = "1e-5 rel estimates/SE, 1e-8 rel logLik, 2e-3 df (numDeriv Hessian)", pbkrtest = "1e-5", mmrm = "1e-5, df 1e-4", gls = "1e-4", mvt_p = "2e-5 abs at df_used")
  write_json(out, file.path(group, paste0(name, ".json")), auto_unbox = TRUE, digits = NA, null = "null", na = "null", pretty = 1)
  invisible(out)
}

# ---------- GLMM cases: binomial(10) random intercept, cumulative logit, Gamma/log
exact_binom <- function(y, m, eta, id, sd) sum(tapply(seq_along(y), id, function(r) {      # exact marginal log-likelihood by brute-force integration
  h <- function(b) sapply(b, function(x) sum(dbinom(y[r], m, plogis(eta[r] + x), log = TRUE)) + dnorm(x, 0, sd, log = TRUE)); mx <- optimize(h, c(-12, 12), maximum = TRUE, tol = 1e-9); c0 <- mx$objective
  c0 + log(integrate(function(b) exp(h(b) - c0), mx$maximum - 8 * sd, mx$maximum, rel.tol = 1e-11, subdivisions = 2000)$value + integrate(function(b) exp(h(b) - c0), mx$maximum, mx$maximum + 8 * sd, rel.tol = 1e-11, subdivisions = 2000)$value) }))
run_glmm <- function(name, group, dataset, rhs, d) {
  message(">> ", name); d <- d[!is.na(d$nrs), ]; d$visit <- droplevels(d$visit); ff <- as.formula(paste("cbind(nrs, 10 - nrs) ~", rhs, "+ (1 | id)")); X <- model.matrix(reformulate(rhs), d)
  out <- list(case = name, dataset = dataset, fixed = paste("~", rhs), coding = "treatment", coef_names = colnames(X), n_obs = nrow(d), n_subjects = length(unique(d$id)), versions = as.list(VERSIONS), binomial10 = list())
  for (q in c(1, 5, 11, 25)) { st <- NULL; if (q > 1) st <- list(fixef = out$binomial10$glmer_nAGQ1$beta, theta = out$binomial10$glmer_nAGQ1$sd)
    m <- suppressWarnings(suppressMessages(eval(bquote(glmer(.(ff), d, family = binomial, nAGQ = .(q), start = .(st), control = glmerControl(optimizer = "nloptwrap", calc.derivs = FALSE, tolPwrss = 1e-12, optCtrl = list(xtol_abs = 1e-12, ftol_abs = 1e-12, xtol_rel = 0, ftol_rel = 0, maxeval = 1e5)))))))
    b <- num(fixef(m)); sd <- num(getME(m, "theta")); eta <- num(X %*% b); re <- ranef(m, condVar = TRUE)$id
    out$binomial10[[paste0("glmer_nAGQ", q)]] <- list(call = paste0("glmer(cbind(nrs,10-nrs) ~ ", rhs, " + (1|id), binomial, nAGQ=", q, ")"), beta = b, sd = sd, vcov_rx = mat(vcov(m, use.hessian = FALSE)), logLik_lme4 = num(logLik(m)), exact_logLik_at_estimate = exact_binom(d$nrs, 10, eta, d$id, sd), ranef_first5 = num(re[1:5, 1]), ranef_ids = rownames(re)[1:5], condvar_first5 = num(attr(re, "postVar")[1, 1, 1:5])) }
  b <- out$binomial10$glmer_nAGQ25
  nll <- function(t) -exact_binom(d$nrs, 10, num(X %*% t[-length(t)]), d$id, exp(t[length(t)])); t0 <- c(b$beta, log(b$sd)); H <- numDeriv::hessian(nll, t0, method.args = list(eps = 1e-4, r = 4)); g <- numDeriv::grad(nll, t0); t1 <- t0 - solve(H, g)
  V <- solve(H); V[, ncol(V)] <- V[, ncol(V)] * exp(t1[length(t1)]); V[nrow(V), ] <- V[nrow(V), ] * exp(t1[length(t1)])
  out$binomial10$exact_ml <- list(note = "ML with brute-force integration, one Newton step from nAGQ=25; vcov = inverse observed information of (beta, sd)", beta = num(t1[-length(t1)]), sd = num(exp(t1[length(t1)])), logLik = -nll(t1), vcov_beta_sd = mat(V), gradient_before_step = num(g))
  suppressMessages(library(ordinal)); d$ynrs <- factor(d$nrs, levels = sort(unique(d$nrs)), ordered = TRUE); out$clmm <- list(levels = levels(d$ynrs))
  for (q in c(1, 10)) { m <- eval(bquote(clmm(.(as.formula(paste("ynrs ~", rhs, "+ (1 | id)"))), data = d, nAGQ = .(q), Hess = TRUE, control = clmm.control(gradTol = 1e-8, maxIter = 200, maxLineIter = 50, trace = 0)))); out$clmm[[paste0("nAGQ", q)]] <- list(call = paste0("ordinal::clmm(ordered(nrs) ~ ", rhs, " + (1|id), link=logit, nAGQ=", q, ")"), thresholds = num(m$alpha), beta = num(m$beta), coef_names = names(m$beta), sd = num(sqrt(VarCorr(m)$id[1])), logLik = num(logLik(m)), vcov = mat(vcov(m)), max_gradient = num(max(abs(m$gradient))), ranef_first5 = num(m$ranef[1:5])) }
  if (!is.null(d$odi) && sum(!is.na(d$odi)) > 50) { m <- glmmTMB::glmmTMB(as.formula(paste("odi ~", rhs, "+ (1 | id)")), d, family = Gamma(link = "log"), control = glmmTMB::glmmTMBControl(optCtrl = list(iter.max = 2000, eval.max = 2000, rel.tol = 1e-13)))
    out$gamma_log_odi <- list(call = "glmmTMB(odi ~ ... + (1|id), Gamma(log))  [Laplace]", beta = num(glmmTMB::fixef(m)$cond), sd = num(attr(glmmTMB::VarCorr(m)$cond$id, "stddev")), dispersion_phi = sigma(m)^2, logLik = num(logLik(m)), vcov = mat(vcov(m)$cond)) }
  out$tolerances <- list(glmer = "1e-5 rel; logLik_lme4 for nAGQ>1 is lme4's own scale, compare exact_logLik_at_estimate", exact_ml = "1e-6 rel (adaptive quadrature with >= 25 nodes)", clmm = "nAGQ=10: 1e-4 rel; nAGQ=1 is Laplace", gamma = "Laplace, 1e-4")
  write_json(out, file.path(group, paste0(name, ".json")), auto_unbox = TRUE, digits = NA, null = "null", na = "null", pretty = 1)
  cat("  exact gradient at nAGQ25:", signif(max(abs(g)), 2), " exact ll", out$binomial10$exact_ml$logLik, " at AGQ25", b$exact_logLik_at_estimate, " AGQ1", out$binomial10$glmer_nAGQ1$exact_logLik_at_estimate, "\n")
}
