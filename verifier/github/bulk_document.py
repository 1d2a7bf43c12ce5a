"""
What is asked of GitHub's GraphQL API about many repositories.

Source: https://docs.github.com/en/graphql/reference/objects#repository
"""

VIEWER = "query Viewer { rateLimit { remaining resetAt } viewer { login } }"

LIST = """
query List($login: String!, $after: String) {
  rateLimit { remaining resetAt }
  repositoryOwner(login: $login) {
    repositories(first: 100, after: $after, ownerAffiliations: OWNER) {
      totalCount nodes { id nameWithOwner isArchived }
      pageInfo { hasNextPage endCursor }
    }
  }
}
"""

KEYS = """
query Keys($ids: [ID!]!) {
  rateLimit { remaining resetAt }
  nodes(ids: $ids) { ... on Repository {
    id deployKeys(first: 100) { totalCount nodes { title readOnly } }
  } }
}
"""

ALLOWED_ACTORS = """
        totalCount nodes { actor { __typename
          ... on User { databaseId login } ... on Team { databaseId slug }
          ... on App { databaseId slug }
        } }
"""

_PROTECTION = f"""
      requiresApprovingReviews requiredApprovingReviewCount dismissesStaleReviews
      requiresCodeOwnerReviews requireLastPushApproval requiresConversationResolution
      requiresStatusChecks requiresStrictStatusChecks
      requiredStatusChecks {{ context app {{ databaseId }} }}
      isAdminEnforced allowsForcePushes allowsDeletions requiresLinearHistory
      requiresCommitSignatures lockBranch restrictsPushes requiresDeployments
      bypassPullRequestAllowances(first: 20) {{ {ALLOWED_ACTORS} }}
      bypassForcePushAllowances(first: 20) {{ {ALLOWED_ACTORS} }}
"""

READ = f"""
query Read($ids: [ID!]!) {{
  rateLimit {{ remaining resetAt }}
  nodes(ids: $ids) {{ ... on Repository {{
    id nameWithOwner isPrivate isArchived isEmpty pushedAt viewerPermission
    defaultBranchRef {{
      name branchProtectionRule {{ {_PROTECTION} }}
    }}
    mergeQueue {{ id }}
    pullRequests(states: MERGED, first: 5, orderBy: {{ field: CREATED_AT, direction: DESC }}) {{
      totalCount nodes {{ baseRefName mergedAt
      commits(last: 1) {{ nodes {{ commit {{
      checkSuites(first: 30) {{ nodes {{
        workflowRun {{ workflow {{ state }} file {{ path }} }}
      }} }}
      statusCheckRollup {{
        contexts(first: 100) {{ totalCount nodes {{
          ... on CheckRun {{ name conclusion checkSuite {{
            app {{ databaseId slug }} workflowRun {{ event }}
          }} }}
          ... on StatusContext {{ context state }}
        }} }}
      }} }} }} }} }}
    }}
    rulesets(first: 20, includeParents: true) {{ totalCount nodes {{
      name enforcement target
      source {{ ... on Repository {{ nameWithOwner }} ... on Organization {{ login }} }}
      conditions {{ refName {{ include exclude }} }}
      bypassActors(first: 20) {{ totalCount nodes {{
        bypassMode deployKey organizationAdmin enterpriseOwner
        repositoryRoleName repositoryRoleDatabaseId
        actor {{ __typename ... on Team {{ databaseId slug }}
          ... on App {{ databaseId slug }} ... on User {{ databaseId login }} }}
      }} }}
      rules(first: 50) {{ nodes {{ type parameters {{
        ... on PullRequestParameters {{
          requiredApprovingReviewCount dismissStaleReviewsOnPush requireCodeOwnerReview
          requireLastPushApproval requiredReviewThreadResolution
        }}
        ... on RequiredStatusChecksParameters {{
          strictRequiredStatusChecksPolicy requiredStatusChecks {{ context integrationId }}
        }}
      }} }} }}
    }} }}
    object(expression: "HEAD:.github/workflows") {{ ... on Tree {{ entries {{
      path object {{ ... on Blob {{ text isTruncated }} }}
    }} }} }}
  }} }}
}}
"""
